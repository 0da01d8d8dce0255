using System.IO;
using SmbClient.Wire.Fscc;

namespace SmbClient.Dialects;

/// <summary>The arguments of a create in the terms that both families share, [MS-SMB2] 2.2.13 and [MS-CIFS] 2.2.4.64.</summary>
internal readonly record struct CreateParameters
{
    /// <summary>Below the share, with backslashes, empty for its root.</summary>
    public required string Path { get; init; }

    public required AccessMask DesiredAccess { get; init; }

    public required ShareAccess ShareAccess { get; init; }

    public required CreateDisposition Disposition { get; init; }

    public CreateOptions Options { get; init; }

    public FileAttributes Attributes { get; init; }
}
