using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>Information on files that is written is read again.</summary>
public class FsccRoundTripTests
{
    private static readonly Gen<string> Text = Gen.Char['!', '\u02AF'].Array[0, 60].Select(c => new string(c));
    private static readonly Gen<string> ShortName = Gen.Char['A', 'Z'].Array[0, 12].Select(c => new string(c));

    private delegate void Writer(ref WireWriter w);

    private delegate T Reader<T>(ref WireReader r);

    [Fact]
    public void Files() => Gen.Select(Gen.UInt, Gen.Long, Text, Gen.Bool).Sample((number, large, name, flag) =>
    {
        FileBasicInformation basic = new() { CreationTime = large, LastAccessTime = large / 2, LastWriteTime = large / 3, ChangeTime = large / 5, FileAttributes = (FileAttributes)number };
        FileStandardInformation standard = new() { AllocationSize = large, EndOfFile = ~large, NumberOfLinks = number, DeletePending = flag, Directory = !flag };
        FileAllInformation all = new() { Basic = basic, Standard = standard, IndexNumber = (ulong)large, EaSize = number, AccessFlags = (AccessMask)number, CurrentByteOffset = large, Mode = number, AlignmentRequirement = ~number, FileName = name };
        FileNetworkOpenInformation open = new() { CreationTime = large, LastAccessTime = large / 2, LastWriteTime = large / 3, ChangeTime = large / 5, AllocationSize = large, EndOfFile = ~large, FileAttributes = (FileAttributes)number };
        FileRenameInformation rename = new() { ReplaceIfExists = flag, RootDirectory = (ulong)large, FileName = name };
        FileRenameInformation renameEx = rename with { OtherFlags = number & ~FileRenameInformation.ReplaceFlag };
        FileDispositionInformation disposition = new(flag);
        FileEndOfFileInformation endOfFile = new(large);
        FileInternalInformation number64 = new((ulong)large);
        return Same(all, all.Size, all.Write, FileAllInformation.Read)
            && Same(open, FileNetworkOpenInformation.Size, open.Write, FileNetworkOpenInformation.Read)
            && Same(rename, rename.Size, rename.Write, FileRenameInformation.Read)
            && Same(renameEx, renameEx.Size, renameEx.Write, FileRenameInformation.ReadEx)
            && Same(disposition, FileDispositionInformation.Size, disposition.Write, FileDispositionInformation.Read)
            && Same(endOfFile, FileEndOfFileInformation.Size, endOfFile.Write, FileEndOfFileInformation.Read)
            && Same(number64, FileInternalInformation.Size, number64.Write, FileInternalInformation.Read);
    });

    [Fact]
    public void Small_classes() => Gen.Select(Gen.UInt, Gen.Long, Text).Sample((number, large, name) =>
    {
        FileDispositionInformationEx disposition = new(number);
        FileAllocationInformation allocation = new(large);
        FileValidDataLengthInformation validLength = new(large);
        FilePositionInformation position = new(large);
        FileModeInformation mode = new(number);
        FileEaInformation ea = new(number);
        FileAccessInformation access = new((AccessMask)number);
        FileAlignmentInformation alignment = new(number);
        FileAttributeTagInformation tag = new((FileAttributes)number, ~number);
        FileCompressionInformation compression = new(large);
        FileIdInformation id = new((ulong)large, ~(ulong)large, number);
        FileNameInformation named = new(name);
        return Same(disposition, FileDispositionInformationEx.Size, disposition.Write, FileDispositionInformationEx.Read)
            && Same(allocation, FileAllocationInformation.Size, allocation.Write, FileAllocationInformation.Read)
            && Same(validLength, FileValidDataLengthInformation.Size, validLength.Write, FileValidDataLengthInformation.Read)
            && Same(position, FilePositionInformation.Size, position.Write, FilePositionInformation.Read)
            && Same(mode, FileModeInformation.Size, mode.Write, FileModeInformation.Read)
            && Same(ea, FileEaInformation.Size, ea.Write, FileEaInformation.Read)
            && Same(access, FileAccessInformation.Size, access.Write, FileAccessInformation.Read)
            && Same(alignment, FileAlignmentInformation.Size, alignment.Write, FileAlignmentInformation.Read)
            && Same(tag, FileAttributeTagInformation.Size, tag.Write, FileAttributeTagInformation.Read)
            && Same(compression, FileCompressionInformation.Size, compression.Write, FileCompressionInformation.Read)
            && Same(id, FileIdInformation.Size, id.Write, FileIdInformation.Read)
            && Same(named, named.Size, named.Write, FileNameInformation.Read);
    });

    [Fact]
    public void Volumes() => Gen.Select(Gen.UInt, Gen.Long, Text).Sample((number, large, name) =>
    {
        FsVolumeInformation volume = new() { VolumeCreationTime = large, VolumeSerialNumber = number, VolumeLabel = name };
        FsAttributeInformation attribute = new() { FileSystemAttributes = number, MaximumComponentNameLength = (int)~number, FileSystemName = name };
        FsFullSizeInformation full = new() { TotalAllocationUnits = large, CallerAvailableAllocationUnits = ~large, ActualAvailableAllocationUnits = ~large, SectorsPerAllocationUnit = number, BytesPerSector = ~number };
        FsDeviceInformation device = new(number, ~number);
        FsControlInformation control = new(large, ~large, number);
        FsObjectIdInformation objectId = new(new Guid((int)number, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        FsSectorSizeInformation sectors = new(number, ~number);
        return Same(volume, volume.Size, volume.Write, (ref WireReader r) => FsVolumeInformation.Read(ref r, Encoding.Unicode))
            && Same(attribute, attribute.Size, attribute.Write, (ref WireReader r) => FsAttributeInformation.Read(ref r, Encoding.Unicode))
            && Same(full, FsFullSizeInformation.Size, full.Write, FsFullSizeInformation.Read)
            && Same(full, FsFullSizeInformation.ShortSize, full.WriteSize, FsFullSizeInformation.ReadSize)
            && Same(device, FsDeviceInformation.Size, device.Write, FsDeviceInformation.Read)
            && Same(control, FsControlInformation.Size, control.Write, FsControlInformation.Read)
            && Same(objectId, FsObjectIdInformation.Size, objectId.Write, FsObjectIdInformation.Read)
            && Same(sectors, FsSectorSizeInformation.Size, sectors.Write, FsSectorSizeInformation.Read);
    });

    [Fact]
    public void Streams() => Gen.Select(Gen.Long, Text).Select((size, name) => new FileStreamInformation { StreamSize = size, StreamAllocationSize = ~size, StreamName = name }).Array[0, 6].Sample(streams =>
    {
        byte[] list = new byte[1000];
        WireWriter w = new(list);
        FileStreamInformation.WriteList(ref w, streams);
        return FileStreamInformation.ReadList(list.AsMemory(0, w.Position)).SequenceEqual(streams);
    });

    [Fact]
    public void Changes() => Gen.Select(Gen.UInt, Text).Select((action, name) => new FileNotifyInformation((FileNotifyAction)action, name)).Array[0, 6].Sample(changes =>
    {
        byte[] list = new byte[1000];
        WireWriter w = new(list);
        FileNotifyInformation.WriteList(ref w, changes);
        return FileNotifyInformation.ReadList(list.AsMemory(0, w.Position)).SequenceEqual(changes);
    });

    [Theory]
    [InlineData(FileInformationClass.Names)]
    [InlineData(FileInformationClass.Directory)]
    [InlineData(FileInformationClass.FullDirectory)]
    [InlineData(FileInformationClass.BothDirectory)]
    [InlineData(FileInformationClass.IdFullDirectory)]
    [InlineData(FileInformationClass.IdBothDirectory)]
    [InlineData(FileInformationClass.IdExtdDirectory)]
    public void Directories(object informationClass)
    {
        FileInformationClass layoutClass = (FileInformationClass)informationClass;
        bool hasAttributes = layoutClass != FileInformationClass.Names;
        bool hasEaSize = hasAttributes && layoutClass != FileInformationClass.Directory;
        bool hasShortName = layoutClass is FileInformationClass.BothDirectory or FileInformationClass.IdBothDirectory;
        bool isExtended = layoutClass == FileInformationClass.IdExtdDirectory;
        bool hasId = isExtended || layoutClass is FileInformationClass.IdFullDirectory or FileInformationClass.IdBothDirectory;
        Gen.Select(Gen.UInt, Gen.Long, Text, ShortName).Select((number, large, name, shortName) => new DirectoryEntry
        {
            FileIndex = number,
            CreationTime = hasAttributes ? large : 0,
            LastAccessTime = hasAttributes ? large / 2 : 0,
            LastWriteTime = hasAttributes ? large / 3 : 0,
            ChangeTime = hasAttributes ? large / 5 : 0,
            EndOfFile = hasAttributes ? ~large : 0,
            AllocationSize = hasAttributes ? large / 7 : 0,
            FileAttributes = hasAttributes ? (FileAttributes)number : 0,
            EaSize = hasEaSize ? number / 3 : 0,
            ReparsePointTag = isExtended ? number / 5 : 0,
            FileId = hasId ? (ulong)large : 0,
            FileIdHigh = isExtended ? ~(ulong)large : 0,
            ShortName = hasShortName ? shortName : "",
            FileName = name,
        }).Array[1, 6].Sample(entries => Read(layoutClass, Write(layoutClass, entries)).SequenceEqual(entries));
    }

    private static byte[] Write(FileInformationClass informationClass, DirectoryEntry[] entries)
    {
        DirectoryEntryLayout layout = new(informationClass, Encoding.Unicode);
        byte[] list = new byte[entries.Sum(e => layout.Size(e))];
        WireWriter w = new(list);
        int previous = EntryList.None;
        foreach (DirectoryEntry entry in entries)
        {
            previous = layout.Write(ref w, previous, entry);
        }

        return list[..w.Position];
    }

    private static List<DirectoryEntry> Read(FileInformationClass informationClass, byte[] list)
    {
        List<DirectoryEntry> entries = [];
        DirectoryEntryReader reader = new(list, Encoding.Unicode, informationClass);
        while (reader.TryReadNext(out DirectoryEntry entry))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static bool Same<T>(T value, int size, Writer write, Reader<T> read)
        where T : struct
    {
        byte[] octets = new byte[size];
        WireWriter w = new(octets);
        write(ref w);
        WireReader r = new(octets);
        return read(ref r).Equals(value) && w.Position == size;
    }
}
