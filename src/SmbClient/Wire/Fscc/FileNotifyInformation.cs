using System;
using System.Collections.Generic;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>What became of a file, [MS-FSCC] 2.7.1.</summary>
internal enum FileNotifyAction : uint
{
    Added = 0x00000001,
    Removed = 0x00000002,
    Modified = 0x00000003,
    RenamedOldName = 0x00000004,
    RenamedNewName = 0x00000005,
    AddedStream = 0x00000006,
    RemovedStream = 0x00000007,
    ModifiedStream = 0x00000008,
}

/// <summary>One change in a directory that is watched, FILE_NOTIFY_INFORMATION, [MS-FSCC] 2.7.1.</summary>
/// <param name="Action">What became of the file.</param>
/// <param name="FileName">Relative to the directory.</param>
internal readonly record struct FileNotifyInformation(FileNotifyAction Action, string FileName)
{
    private const int FixedSize = 12;
    private const int Alignment = 4;

    public static IReadOnlyList<FileNotifyInformation> ReadList(ReadOnlyMemory<byte> list)
    {
        List<FileNotifyInformation> changes = [];
        EntryListReader entries = new(list, FixedSize);
        while (entries.TryReadNext(out WireReader r))
        {
            FileNotifyAction action = (FileNotifyAction)r.UInt32();
            int nameLength = r.Int32();
            changes.Add(new FileNotifyInformation(action, r.Utf16(nameLength)));
        }

        return changes;
    }

    public static void WriteList(ref WireWriter w, IReadOnlyList<FileNotifyInformation> changes)
    {
        int previous = EntryList.None;
        foreach (FileNotifyInformation change in changes)
        {
            previous = EntryList.Begin(ref w, previous, Alignment);
            w.UInt32((uint)change.Action);
            w.Int32(2 * change.FileName.Length);
            w.Text(Encoding.Unicode, change.FileName);
        }
    }
}
