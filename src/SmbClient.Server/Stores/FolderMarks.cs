using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>
/// What clients say of files and the file system has no place for: DOS attributes and a creation time, elsewhere than on Windows. Kept as long as the store
/// is, for the last <see cref="MaxFiles"/> files that it was said of; it is about a file only as long as that was born when it says.
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
        if (!AreKept || !TryGet(entry.FileId, entry.CreationTime, out Mark mark))
        {
            return entry;
        }

        FileAttributes attributes = (entry.Attributes & ~(Attributes | FileAttributes.Normal)) | (mark.Attributes ?? (entry.Attributes & Attributes));
        return entry with { Attributes = attributes == 0 ? FileAttributes.Normal : attributes, CreationTime = mark.CreationTime ?? entry.CreationTime };
    }

    /// <summary>Keeps what is not null.</summary>
    /// <param name="id">The file's number.</param>
    /// <param name="born">Its creation time as the file system has it.</param>
    /// <param name="attributes">Those that clients want.</param>
    /// <param name="creationTime">The time that they want.</param>
    public void Set(ulong id, DateTimeOffset born, FileAttributes? attributes, DateTimeOffset? creationTime)
    {
        if (!AreKept || (attributes is null && creationTime is null))
        {
            return;
        }

        lock (_lock)
        {
            Mark mark = _marks.TryGetValue(id, out Mark known) && known.Born == born ? known : new Mark(born, null, null);
            if (!_marks.ContainsKey(id))
            {
                _order.Enqueue(id);
                if (_order.Count > MaxFiles)
                {
                    _marks.Remove(_order.Dequeue());
                }
            }

            _marks[id] = mark with { Attributes = attributes & Attributes ?? mark.Attributes, CreationTime = creationTime ?? mark.CreationTime };
        }
    }

    private bool TryGet(ulong id, DateTimeOffset born, out Mark mark)
    {
        lock (_lock)
        {
            return _marks.TryGetValue(id, out mark) && mark.Born == born;
        }
    }

    private readonly record struct Mark(DateTimeOffset Born, FileAttributes? Attributes, DateTimeOffset? CreationTime);
}
