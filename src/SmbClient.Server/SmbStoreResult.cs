namespace SmbClient.Server;

/// <summary>What came of opening or making a file: the node, or why not.</summary>
/// <param name="Status">The answer to the client.</param>
/// <param name="Node">The open file or directory, which the server disposes of; null unless <paramref name="Status"/> is <see cref="NtStatus.Success"/>.</param>
public readonly record struct SmbStoreResult(NtStatus Status, ISmbStoreNode? Node)
{
    /// <summary>It is open.</summary>
    public static SmbStoreResult Opened(ISmbStoreNode node) => new(NtStatus.Success, node);

    /// <summary>It is not.</summary>
    public static SmbStoreResult Refused(NtStatus status) => new(status, null);
}
