namespace SmbClient.Wire.Smb1;

/// <summary>
/// What follows the header: from WordCount to the last octet of the bytes. Positions count from the header; an AndX body is written with
/// NoAndX and chained by <see cref="Smb1AndX"/>.
/// </summary>
internal interface ISmb1Body
{
    Smb1Command Command { get; }

    /// <summary>Octets that <see cref="Write"/> takes at most.</summary>
    int MaxSize(in Smb1Strings strings);

    void Write(ref WireWriter w, in Smb1Strings strings);
}
