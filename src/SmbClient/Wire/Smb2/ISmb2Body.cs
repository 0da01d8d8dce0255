namespace SmbClient.Wire.Smb2;

/// <summary>
/// What follows the header of one message, request or response. Positions count from the first octet of that header, in a compound too,
/// so that a body begins at <see cref="Smb2Header.Size"/>.
/// </summary>
internal interface ISmb2Body
{
    Smb2Command Command { get; }

    /// <summary>Octets that <see cref="Write"/> takes at most.</summary>
    int Size { get; }

    void Write(ref WireWriter w);
}
