using System;
using System.Collections.Generic;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>One of the FileStreamInformation of a file, [MS-FSCC] 2.4.43. Sizes in octets.</summary>
internal readonly record struct FileStreamInformation
{
    private const int FixedSize = 24;
    private const int Alignment = 8;

    public long StreamSize { get; init; }

    public long StreamAllocationSize { get; init; }

    /// <summary><c>:name:$DATA</c>, where the name of the file's own data is empty.</summary>
    public required string StreamName { get; init; }

    public static IReadOnlyList<FileStreamInformation> ReadList(ReadOnlyMemory<byte> list)
    {
        List<FileStreamInformation> streams = [];
        EntryListReader entries = new(list, FixedSize);
        while (entries.TryReadNext(out WireReader r))
        {
            int nameLength = r.Int32();
            long size = r.Int64();
            long allocationSize = r.Int64();
            streams.Add(new FileStreamInformation { StreamSize = size, StreamAllocationSize = allocationSize, StreamName = r.Utf16(nameLength) });
        }

        return streams;
    }

    public static void WriteList(ref WireWriter w, IReadOnlyList<FileStreamInformation> streams)
    {
        int previous = EntryList.None;
        foreach (FileStreamInformation stream in streams)
        {
            previous = EntryList.Begin(ref w, previous, Alignment);
            w.Int32(2 * stream.StreamName.Length);
            w.Int64(stream.StreamSize);
            w.Int64(stream.StreamAllocationSize);
            w.Text(Encoding.Unicode, stream.StreamName);
        }
    }
}
