using System.IO;

namespace SmbClient;

/// <summary>The server answered no. The connection and the session live on.</summary>
public sealed class SmbStatusException : IOException
{
    internal SmbStatusException(NtStatus status, string command, string? path, string server)
        : base(NtStatusText.Describe(status, command, path, server))
    {
        Status = status;
        Command = command;
        Path = path;
    }

    /// <summary>The server's answer.</summary>
    public NtStatus Status { get; }

    /// <summary>The SMB command that was refused, by the specification's name.</summary>
    public string Command { get; }

    /// <summary>The share, file or directory that was asked for, or null where there is none.</summary>
    public string? Path { get; }
}
