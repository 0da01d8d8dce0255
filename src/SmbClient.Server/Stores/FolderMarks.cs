using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>
/// What clients say of files and the file system has no place for: DOS attributes and a creation time, elsewhere than on Windows. Kept as long as the store
/// is, for the last <see cref="MaxFiles"/> files that it was said of. A file that somebody else has put in the place of another inherits it.
/// </summary>
internal sealed class FolderMarks
{
    private const int MaxFiles = 65_536;
    private const FileAttributes Attributes = FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive
        | FileAttributes.Temporary | FileAttributes.Offline | FileAttributes.NotContentIndexed;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Mark> _marks = [];
    private readonly Queue<ulong> _order = new();

    /// <summary>True where they are needed.</summary>
    public static bool AreKept => !OperatingSystem.IsWindows();

    /// <summary>What is known of a file, with what clients have said of it.</summary>
    public SmbStoreEntry Apply(SmbStoreEntry entry)
    {
        if (!AreKept || !TryGet(entry.FileId, out Mark mark))
        {
            return entry;
        }

        FileAttributes attributes = (entry.Attributes & ~(Attributes | FileAttributes.Normal)) | (mark.Attributes ?? (entry.Attributes & Attributes));
        return entry with { Attributes = attributes == 0 ? FileAttributes.Normal : attributes, CreationTime = mark.CreationTime ?? entry.CreationTime };
    }

    /// <summary>A new file has these, whatever was said of another in its place.</summary>
    public void Begin(ulong id, FileAttributes attributes) => Set(id, _ => new Mark(attributes & Attributes, null));

    /// <summary>Keeps what is not null.</summary>
    public void Set(ulong id, FileAttributes? attributes, DateTimeOffset? creationTime)
    {
        if (attributes is not null || creationTime is not null)
        {
            Set(id, known => new Mark(attributes & Attributes ?? known.Attributes, creationTime ?? known.CreationTime));
        }
    }

    private void Set(ulong id, Func<Mark, Mark> change)
    {
        if (!AreKept)
        {
            return;
        }

        lock (_lock)
        {
            if (!_marks.TryGetValue(id, out Mark known))
            {
                _order.Enqueue(id);
                if (_order.Count > MaxFiles)
                {
                    _marks.Remove(_order.Dequeue());
                }
            }

            _marks[id] = change(known);
        }
    }

    private bool TryGet(ulong id, out Mark mark)
    {
        lock (_lock)
        {
            return _marks.TryGetValue(id, out mark);
        }
    }

    private readonly record struct Mark(FileAttributes? Attributes, DateTimeOffset? CreationTime);
}
