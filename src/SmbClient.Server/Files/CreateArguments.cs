using System.IO;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>What a client asks for when it opens something, as it came: nothing of it is checked yet.</summary>
internal readonly record struct CreateArguments
{
    /// <summary>Below the share, with backslashes as the client sent them; empty for its root.</summary>
    public required string Path { get; init; }

    public required AccessMask DesiredAccess { get; init; }

    public required ShareAccess ShareAccess { get; init; }

    public required CreateDisposition Disposition { get; init; }

    public CreateOptions Options { get; init; }

    public FileAttributes Attributes { get; init; }

    /// <summary>Octets to set aside for a new file; a hint.</summary>
    public long AllocationSize { get; init; }
}
