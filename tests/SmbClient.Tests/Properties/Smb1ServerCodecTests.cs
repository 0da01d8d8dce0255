using System;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using SmbClient.Exchange.Smb1;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>The commands that only a server of SMB1 reads: what is written is read again, and errors of DOS go both ways.</summary>
public class Smb1ServerCodecTests
{
    private static readonly Gen<byte[]> Octets = Gen.Byte.Array[0, 300];
    private static readonly Gen<string> Text = Gen.Char['!', '\u00FF'].Array[0, 60].Select(c => new string(c));
    private static readonly Gen<Smb1Strings> AnyStrings = Gen.Bool.Select(unicode => new Smb1Strings(unicode, Encoding.GetEncoding("iso-8859-1")));

    private delegate T BodyReader<T>(ref WireReader reader, in Smb1Strings strings);

    private delegate T CommandReader<T>(Smb1Command command, ref WireReader reader, in Smb1Strings strings);

    [Theory]
    [InlineData((byte)Smb1Command.Transaction)]
    [InlineData((byte)Smb1Command.Transaction2)]
    [InlineData((byte)Smb1Command.NtTransact)]
    [InlineData((byte)Smb1Command.TransactionSecondary)]
    [InlineData((byte)Smb1Command.Transaction2Secondary)]
    [InlineData((byte)Smb1Command.NtTransactSecondary)]
    public void Transactions(byte command) => Gen.Select(AnyStrings, Gen.UShort, Gen.UShort, Text, Octets, Octets).Sample((s, one, other, name, parameters, data) => Same(
        new TransactionPart
        {
            Command = (Smb1Command)command,
            TotalParameterCount = one,
            TotalDataCount = other,
            MaxParameterCount = other,
            MaxDataCount = one,
            MaxSetupCount = (byte)one,
            Flags = other,
            Timeout = (uint)(one * other),
            Function = one,
            Setup = IsSecondary(command) ? default(ReadOnlyMemory<byte>) : new byte[] { 1, 2, 3, 4 },
            Name = command == (byte)Smb1Command.Transaction ? name : null,
            Parameters = parameters,
            ParameterDisplacement = one,
            Data = data,
            DataDisplacement = other,
        },
        TransactionPart.Read,
        s));

    [Fact]
    public void Answers_to_NT_TRANSACT() => Gen.Select(AnyStrings, Gen.UInt, Octets, Octets).Sample((s, number, parameters, data) => Same(
        new NtTransactResponse
        {
            TotalParameterCount = number, TotalDataCount = ~number, ParameterDisplacement = number / 2, DataDisplacement = number / 3,
            Setup = new byte[] { 7, 8 }, Parameters = parameters, Data = data,
        },
        NtTransactResponse.Read,
        s));

    [Fact]
    public void Opens() => Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Text).Sample((s, number, small, name) =>
        Same(new OpenAndXRequest { Flags = small, AccessMode = small, SearchAttributes = small, FileAttributes = (FileAttributes)small, CreationTime = number, OpenMode = small, AllocationSize = number, Timeout = ~number, FileName = name }, OpenAndXRequest.Read, s)
        && Same(new OpenAndXResponse { Fid = small, FileAttributes = (FileAttributes)small, LastWriteTime = number, FileDataSize = ~number, AccessRights = small, ResourceType = small, NamedPipeStatus = small, OpenResults = small }, OpenAndXResponse.Read, s)
        && Same(new CoreOpenRequest { Command = Smb1Command.Open, AccessMode = small, Attributes = (FileAttributes)small, FileName = name }, CoreOpenRequest.Read, s)
        && Same(new CoreOpenRequest { Command = Smb1Command.Create, Attributes = (FileAttributes)small, FileName = name }, CoreOpenRequest.Read, s)
        && Same(new CreateTemporaryResponse { Fid = small, FileName = name }, CreateTemporaryResponse.Read, s));

    [Fact]
    public void Transfers_and_locks() => Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Octets).Sample((s, number, small, data) =>
        Same(new CoreRangeRequest { Command = Smb1Command.Read, Fid = small, Offset = number, Count = small }, CoreRangeRequest.Read, s)
        && Same(new CoreRangeRequest { Command = Smb1Command.Write, Fid = small, Offset = number, Count = small, Data = data }, CoreRangeRequest.Read, s)
        && Same(new CoreRangeRequest { Command = Smb1Command.LockByteRange, Fid = small, Offset = number, Count = ~number }, CoreRangeRequest.Read, s)
        && Same(new CoreReadResponse(data), CoreReadResponse.Read, s));

    [Fact]
    public void Attributes_and_names() => Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Text, Text).Sample((s, number, small, name, other) =>
        Same(new PathAttributesRequest { Command = Smb1Command.QueryInformation, FileName = name }, PathAttributesRequest.Read, s)
        && Same(new PathAttributesRequest { Command = Smb1Command.SetInformation, Attributes = (FileAttributes)small, LastWriteTime = number, FileName = name }, PathAttributesRequest.Read, s)
        && Same(new FileTimesRequest { Command = Smb1Command.QueryInformation2, Fid = small }, FileTimesRequest.Read, s)
        && Same(new FileTimesRequest { Command = Smb1Command.SetInformation2, Fid = small, Times = new FileTimes { CreationDate = small, LastAccessTime = (ushort)number, LastWriteTime = 5 } }, FileTimesRequest.Read, s)
        && Same(new NtRenameRequest { SearchAttributes = small, InformationLevel = (ushort)number, OldFileName = name, NewFileName = other }, NtRenameRequest.Read, s));

    [Fact]
    public void DOS_times_are_those_of_DOS()
    {
        DateTimeOffset time = new(2026, 11, 24, 23, 59, 58, TimeSpan.Zero);

        Assert.Equal((0x5D78, 0xBF7D), (Smb1Time.ToDate(time), Smb1Time.ToTime(time)));
        Assert.Equal(time, Smb1Time.FromDateAndTime(0x5D78, 0xBF7D));
        Assert.Equal(time, Smb1Time.FromUtime(Smb1Time.ToUtime(time)));
        Assert.Null(Smb1Time.FromDateAndTime(0, 0));
        Assert.Null(Smb1Time.FromDateAndTime(0xFFFF, 0xFFFF));
        Assert.All(new[] { 0u, uint.MaxValue }, seconds => Assert.Null(Smb1Time.FromUtime(seconds)));
        Assert.Equal(0, Smb1Time.ToDate(DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData(NtStatus.Success, 0, 0)]
    [InlineData(NtStatus.ObjectNameNotFound, 1, 2)]
    [InlineData(NtStatus.NoSuchFile, 1, 2)]
    [InlineData(NtStatus.ObjectPathNotFound, 1, 3)]
    [InlineData(NtStatus.AccessDenied, 1, 5)]
    [InlineData(NtStatus.InvalidHandle, 1, 6)]
    [InlineData(NtStatus.SharingViolation, 1, 32)]
    [InlineData(NtStatus.LockNotGranted, 1, 33)]
    [InlineData(NtStatus.ObjectNameCollision, 1, 80)]
    [InlineData(NtStatus.LogonFailure, 2, 2)]
    [InlineData(NtStatus.SmbBadUid, 2, 91)]
    [InlineData(NtStatus.SmbBadTid, 2, 5)]
    [InlineData(NtStatus.InternalError, 3, 31)]
    public void Statuses_have_a_DOS_error(NtStatus status, byte errorClass, ushort code) =>
        Assert.Equal(((uint)code << 16) | errorClass, Smb1DosStatus.FromNtStatus(status));

    private static bool IsSecondary(byte command) =>
        (Smb1Command)command is Smb1Command.TransactionSecondary or Smb1Command.Transaction2Secondary or Smb1Command.NtTransactSecondary;

    private static bool Same<T>(T body, CommandReader<T> read, in Smb1Strings strings)
        where T : struct, ISmb1Body =>
        Same(body, (ref WireReader r, in Smb1Strings s) => read(body.Command, ref r, s), strings);

    private static bool Same<T>(T body, BodyReader<T> read, in Smb1Strings strings)
        where T : struct, ISmb1Body
    {
        byte[] first = OctetsOf(body, strings);
        WireReader reader = new(first);
        reader.Skip(Smb1Header.Size);
        return first.AsSpan().SequenceEqual(OctetsOf(read(ref reader, strings), strings));
    }

    private static byte[] OctetsOf<T>(T body, in Smb1Strings strings)
        where T : struct, ISmb1Body
    {
        using MessageBuffer message = Smb1Exchange.Build(body, Smb1Flags2.None, 1, 2, strings);
        return message.Memory.ToArray();
    }
}
