using System;
using System.IO;
using SmbClient.Connections;
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

    /// <summary>The snapshot to open the file in, in 100 ns ticks since 1601, UTC; null for the file as it is.</summary>
    public long? Snapshot { get; init; }

    /// <summary>Asks for the file's number and the user's rights too.</summary>
    public bool QueryDetails { get; init; }

    /// <summary>Asks for a handle that outlives its connection for so long.</summary>
    public TimeSpan? DurableTimeout { get; init; }

    /// <summary>Opens this handle again instead of a new one.</summary>
    public DurableOpen? Reopens { get; init; }
}
