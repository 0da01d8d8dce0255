namespace SmbClient.Server;

/// <summary>One change in a watched directory.</summary>
/// <param name="Kind">What happened; a renaming is one change, <see cref="SmbDirectoryChangeKind.RenamedTo"/>.</param>
/// <param name="Aspects">
/// What it touches, as far as the store can tell: a client hears of it if it asked for any of them. Additions, removals and renamings are of
/// <see cref="SmbChangeFilter.FileName"/> or <see cref="SmbChangeFilter.DirectoryName"/>.
/// </param>
/// <param name="Path">To what: relative to the watched directory, with backslashes.</param>
/// <param name="OldPath">For a renamed one, what it was called before, relative too; null for everything else.</param>
public sealed record SmbStoreChange(SmbDirectoryChangeKind Kind, SmbChangeFilter Aspects, string Path, string? OldPath = null);
