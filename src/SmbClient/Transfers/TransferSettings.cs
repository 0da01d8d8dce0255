using SmbClient.Dialects;

namespace SmbClient.Transfers;

/// <summary>How large transfers are cut and how many of their pieces are under way at once.</summary>
/// <param name="Size">Octets of one piece, as far as the server takes so many.</param>
/// <param name="Depth">Pieces at once; null to adapt.</param>
internal readonly record struct TransferSettings(int Size, int? Depth)
{
    public TransferSettings(SmbConnectionOptions options)
        : this(options.TransferSize, options.TransferDepth)
    {
    }

    /// <summary>Octets of one read.</summary>
    public int ReadSize(ClientTree tree) => tree.MaxReadSize < Size ? tree.MaxReadSize : Size;

    /// <summary>Octets of one write.</summary>
    public int WriteSize(ClientTree tree) => tree.MaxWriteSize < Size ? tree.MaxWriteSize : Size;
}
