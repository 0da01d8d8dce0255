using System;
using System.Collections.Generic;
using System.Text;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>
/// One scan of a directory: what was in it when the scan began, sorted, with <c>.</c> and <c>..</c> first. The caller makes sure that one
/// request uses it at a time.
/// </summary>
internal sealed class DirectoryCursor
{
    private const int Alignment = 8;

    private readonly List<SmbStoreEntry> _entries = [];
    private int _next;
    private bool _wasAsked;

    /// <param name="pattern">Which names.</param>
    /// <param name="directory">The directory itself, for <c>.</c>.</param>
    /// <param name="parent">The one above, for <c>..</c>.</param>
    /// <param name="entries">What is in it.</param>
    public DirectoryCursor(NamePattern pattern, SmbStoreEntry directory, SmbStoreEntry parent, IReadOnlyList<SmbStoreEntry> entries)
    {
        foreach (SmbStoreEntry entry in entries)
        {
            if (pattern.Matches(entry.Name))
            {
                _entries.Add(entry);
            }
        }

        _entries.Sort(static (a, b) => string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase));
        AddDots(pattern, directory, parent);
    }

    /// <summary>Nothing is left.</summary>
    public bool IsAtEnd => _next >= _entries.Count;

    /// <summary>Drops what is not there any more.</summary>
    /// <param name="entries">What is.</param>
    public void KeepOnly(IReadOnlyList<SmbStoreEntry> entries)
    {
        HashSet<string> names = new(StringComparer.Ordinal) { ".", ".." };
        foreach (SmbStoreEntry entry in entries)
        {
            names.Add(entry.Name);
        }

        List<SmbStoreEntry> rest = _entries.GetRange(_next, _entries.Count - _next);
        rest.RemoveAll(entry => !names.Contains(entry.Name));
        _entries.RemoveRange(_next, _entries.Count - _next);
        _entries.AddRange(rest);
    }

    /// <summary>Whether a class is one of directory entries.</summary>
    public static bool Lists(FileInformationClass informationClass) => informationClass is FileInformationClass.Directory
        or FileInformationClass.FullDirectory or FileInformationClass.BothDirectory or FileInformationClass.IdBothDirectory
        or FileInformationClass.IdFullDirectory or FileInformationClass.Names or FileInformationClass.IdExtdDirectory;

    /// <summary>The next entries, as many as fit, [MS-SMB2] 3.3.5.18.</summary>
    public QueryOutcome Next(FileInformationClass informationClass, bool single, int maxOutput)
    {
        DirectoryEntryLayout layout = new(informationClass, Encoding.Unicode);
        if (_next == _entries.Count)
        {
            return new QueryOutcome(_wasAsked || _entries.Count > 0 ? NtStatus.NoMoreFiles : NoSuchFile());
        }

        (int count, int size) = Measure(layout, single, maxOutput);
        if (count == 0)
        {
            // Deviation: no half entry with STATUS_BUFFER_OVERFLOW, because Samba sends none either and no client can use one.
            return new QueryOutcome(NtStatus.InfoLengthMismatch);
        }

        _wasAsked = true;
        byte[] output = new byte[size];
        WireWriter w = new(output);
        int previous = EntryList.None;
        for (int end = _next + count; _next < end; _next++)
        {
            previous = layout.Write(ref w, previous, Describe(_entries[_next]));
        }

        return new QueryOutcome(NtStatus.Success, output);
    }

    private static DirectoryEntry Describe(SmbStoreEntry entry) => new()
    {
        FileName = entry.Name,
        ShortName = "",
        CreationTime = FileTime.FromDateTimeOffset(entry.CreationTime),
        LastAccessTime = FileTime.FromDateTimeOffset(entry.LastAccessTime),
        LastWriteTime = FileTime.FromDateTimeOffset(entry.LastWriteTime),
        ChangeTime = FileTime.FromDateTimeOffset(entry.ChangeTime),
        EndOfFile = entry.Length,
        AllocationSize = entry.AllocationSize,
        FileAttributes = FileDescription.Attributes(entry),
        FileId = entry.FileId,
    };

    private NtStatus NoSuchFile()
    {
        _wasAsked = true;
        return NtStatus.NoSuchFile;
    }

    private void AddDots(NamePattern pattern, SmbStoreEntry directory, SmbStoreEntry parent)
    {
        if (pattern.Matches(".."))
        {
            _entries.Insert(0, parent with { Name = ".." });
        }

        if (pattern.Matches("."))
        {
            _entries.Insert(0, directory with { Name = "." });
        }
    }

    /// <summary>How many entries fit, and the octets that they take; the last one is not padded.</summary>
    private (int Count, int Size) Measure(in DirectoryEntryLayout layout, bool single, int maxOutput)
    {
        int count = 0;
        int size = 0;
        while (_next + count < _entries.Count && !(single && count == 1))
        {
            int start = (size + Alignment - 1) & -Alignment;
            int end = start + layout.FixedSize + (2 * _entries[_next + count].Name.Length);
            if (end > maxOutput)
            {
                break;
            }

            size = end;
            count++;
        }

        return (count, size);
    }
}
