namespace SmbClient;

/// <summary>One change in a directory that is watched.</summary>
public sealed record SmbDirectoryChange
{
    internal SmbDirectoryChange(SmbDirectoryChangeKind kind, string path)
    {
        Kind = kind;
        Path = path;
    }

    /// <summary>What happened.</summary>
    public SmbDirectoryChangeKind Kind { get; }

    /// <summary>The file or directory, below the directory that is watched, with backslashes; empty for <see cref="SmbDirectoryChangeKind.Overflow"/>.</summary>
    public string Path { get; }
}
