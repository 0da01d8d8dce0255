using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Enumeration;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>
/// Finds names without case in directories that keep case: the name as it is given first, then by looking at all of them. Names of the directories
/// that were looked at last are kept, and counted on only while the directory's time says that nobody else has changed it.
/// </summary>
internal sealed class FolderNameIndex
{
    /// <summary>The local system finds names without case by itself, as far as is known.</summary>
    public static readonly bool IgnoresCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    private const int MaxDirectories = 16;
    private const int MaxNames = 65_536;
    private const long TicksOfAnUnclearTime = TimeSpan.TicksPerMillisecond * 100;

    private static readonly TimeSpan UnclearTrust = TimeSpan.FromSeconds(1);

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly LinkedList<Listing> _listings = new();

    public FolderNameIndex(TimeProvider clock) => _clock = clock;

    /// <summary>How the name is spelt in a directory; null where there is none. Of several that differ in case, the first by ordinal.</summary>
    public string? Find(string directory, string name)
    {
        if (!IgnoresCase && LocalLinks.AttributesOf(Path.Join(directory, name)) is not null)
        {
            return name;
        }

        lock (_lock)
        {
            Listing? listing = Fresh(directory) ?? Scan(directory);
            return listing?.Names.GetValueOrDefault(name);
        }
    }

    /// <summary>Whether what is kept of a directory is true now; asked before it is changed, for <see cref="Changed"/>.</summary>
    public bool IsKnown(string directory)
    {
        lock (_lock)
        {
            return Fresh(directory) is not null;
        }
    }

    /// <summary>The store itself has changed a directory.</summary>
    /// <param name="directory">Which.</param>
    /// <param name="removed">The name that is gone.</param>
    /// <param name="added">The name that is there now.</param>
    /// <param name="wasKnown">What <see cref="IsKnown"/> said just before.</param>
    public void Changed(string directory, string? removed, string? added, bool wasKnown)
    {
        lock (_lock)
        {
            if (Kept(directory) is not { } listing)
            {
                return;
            }

            bool alone = removed is null || (!listing.HasDoubles && listing.Names.Remove(removed));
            if (!wasKnown || !alone || (added is not null && !listing.Names.TryAdd(added, added)))
            {
                _listings.Remove(listing);
                return;
            }

            listing.Stamp = StampOf(directory);
        }
    }

    private static long StampOf(string directory) => Directory.GetLastWriteTimeUtc(directory).Ticks;

    private Listing? Kept(string directory)
    {
        foreach (Listing listing in _listings)
        {
            if (string.Equals(listing.Directory, directory, StringComparison.Ordinal))
            {
                return listing;
            }
        }

        return null;
    }

    private Listing? Fresh(string directory)
    {
        if (Kept(directory) is not { } listing)
        {
            return null;
        }

        // A change within the resolution of the directory's time cannot be seen in it, so that such a listing is counted on for a moment only.
        bool isClear = listing.Taken.Ticks - listing.Stamp > TicksOfAnUnclearTime || _clock.GetElapsedTime(listing.Timestamp) < UnclearTrust;
        if (isClear && listing.Stamp == StampOf(directory))
        {
            return listing;
        }

        _listings.Remove(listing);
        return null;
    }

    private Listing? Scan(string directory)
    {
        var listing = new Listing { Directory = directory, Stamp = StampOf(directory), Taken = _clock.GetUtcNow(), Timestamp = _clock.GetTimestamp() };
        try
        {
            foreach (string name in new FileSystemEnumerable<string>(directory, static (ref FileSystemEntry entry) => entry.FileName.ToString(), Everything))
            {
                if (!listing.Names.TryGetValue(name, out string? other))
                {
                    listing.Names.Add(name, name);
                    continue;
                }

                listing.HasDoubles = true;
                listing.Names[name] = string.CompareOrdinal(name, other) < 0 ? name : other;
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            return null;        // it may be entered but not read, or is no longer there: then only names as they are spelt
        }

        if (listing.Names.Count <= MaxNames)
        {
            _listings.AddFirst(listing);
            if (_listings.Count > MaxDirectories)
            {
                _listings.RemoveLast();
            }
        }

        return listing;
    }

    private sealed class Listing
    {
        public required string Directory { get; init; }

        /// <summary>The directory's time when it was read, or changed by the store, in ticks.</summary>
        public required long Stamp { get; set; }

        public required DateTimeOffset Taken { get; init; }

        public required long Timestamp { get; init; }

        public bool HasDoubles { get; set; }

        public Dictionary<string, string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
