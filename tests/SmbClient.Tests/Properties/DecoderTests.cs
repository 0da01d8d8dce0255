using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.NetBios;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>Every decoder but those of SMB2, with every truncation and every flipped octet of a sample. A new codec is a new row.</summary>
public class DecoderTests
{
    private static readonly Smb1Strings Unicode = new(unicode: true, Encoding.Latin1);
    private static readonly Smb1Strings Oem = new(unicode: false, Encoding.Latin1);

    private static readonly Dictionary<string, (byte[] Sample, Action<ReadOnlyMemory<byte>> Decode)> Codecs = new()
    {
        ["Smb1Header"] = (Frame("SMB1 s2c READ seq 19"), Header),
        ["AndX chain"] = (Frame("SMB1 s2c NT_CREATE seq 15"), Chain),
        ["NegotiateRequest"] = Body("SMB1 c2s NEGOTIATE", (ref r, in s) => NegotiateRequest.Read(ref r, s)),
        ["NegotiateResponse"] = Body("SMB1 s2c NEGOTIATE", (ref r, in s) => NegotiateResponse.Read(ref r, s)),
        ["NegotiateResponse, non-extended"] = Body("SMB1 non-extended s2c NEGOTIATE", (ref r, in s) => NegotiateResponse.Read(ref r, s)),
        ["SessionSetupRequest"] = Body("SMB1 non-extended c2s SESSION_SETUP", (ref r, in s) => SessionSetupRequest.Read(ref r, s)),
        ["SessionSetupResponse"] = Body("SMB1 non-extended s2c SESSION_SETUP", (ref r, in s) => SessionSetupResponse.Read(ref r, s)),
        ["SessionSetupExtendedRequest"] = Written(new SessionSetupExtendedRequest { MaxBufferSize = 1, MaxMpxCount = 2, Capabilities = 0, SecurityBlob = new byte[20], NativeOs = "os", NativeLanMan = "lan" }, (ref r, in s) => SessionSetupExtendedRequest.Read(ref r, s)),
        ["SessionSetupExtendedResponse"] = Body("s2c cmd 0x73 seq 1", (ref r, in s) => SessionSetupExtendedResponse.Read(ref r, s)),
        ["TreeConnectRequest"] = Body("c2s cmd 0x75 seq 2", (ref r, in s) => TreeConnectRequest.Read(ref r, s)),
        ["TreeConnectResponse"] = Body("s2c cmd 0x75 seq 3", (ref r, in s) => TreeConnectResponse.Read(ref r, s)),
        ["LogoffBody"] = Written(default(LogoffBody), (ref r, in s) => LogoffBody.Read(ref r, s)),
        ["NtCreateRequest"] = Body("SMB1 c2s NT_CREATE seq 14", (ref r, in s) => NtCreateRequest.Read(ref r, s)),
        ["NtCreateResponse"] = Body("SMB1 s2c NT_CREATE seq 15", (ref r, in s) => NtCreateResponse.Read(ref r, s)),
        ["ReadRequest"] = Body("SMB1 c2s READ seq 18", (ref r, in s) => ReadRequest.Read(ref r, s)),
        ["ReadResponse"] = Body("SMB1 s2c READ seq 19", (ref r, in s) => ReadResponse.Read(ref r, s)),
        ["WriteRequest"] = Written(new WriteRequest { Fid = 1, Offset = 2, DataLength = 0 }, (ref r, in s) => WriteRequest.Read(ref r, s)),
        ["WriteResponse"] = Written(new WriteResponse { Count = 70000 }, (ref r, in s) => WriteResponse.Read(ref r, s)),
        ["CloseRequest"] = Body("SMB1 c2s CLOSE seq 20", (ref r, in s) => CloseRequest.Read(ref r, s)),
        ["FlushRequest"] = Written(new FlushRequest { Fid = 7 }, (ref r, in s) => FlushRequest.Read(ref r, s)),
        ["DeleteRequest"] = Written(new DeleteRequest { SearchAttributes = 6, FileName = @"\a" }, (ref r, in s) => DeleteRequest.Read(ref r, s)),
        ["RenameRequest"] = Written(new RenameRequest { SearchAttributes = 6, OldFileName = @"\a", NewFileName = @"\bc" }, (ref r, in s) => RenameRequest.Read(ref r, s)),
        ["DirectoryRequest"] = Written(new DirectoryRequest(Smb1Command.CreateDirectory, @"\d"), (ref r, in s) => DirectoryRequest.Read(Smb1Command.CreateDirectory, ref r, s)),
        ["EchoRequest"] = Written(new EchoRequest { EchoCount = 1, Data = new byte[5] }, (ref r, in s) => EchoRequest.Read(ref r, s)),
        ["FindClose2Request"] = Written(new FindClose2Request { Sid = 3 }, (ref r, in s) => FindClose2Request.Read(ref r, s)),
        ["LockingRequest"] = Written(
            new LockingRequest { Fid = 1, TypeOfLock = LockType.LargeFiles, Locks = [new LockRange { Pid = 1, Offset = 2, Length = 3 }], Unlocks = [new LockRange { Pid = 1, Offset = 1UL << 40, Length = 3 }] },
            (ref r, in s) => LockingRequest.Read(ref r, s)),
        ["TransactionRequest"] = Body("SMB1 c2s TRANSACTION2 sub 0001 seq 10", (ref r, in s) => TransactionRequest.Read(Smb1Command.Transaction2, ref r, s)),
        ["TransactionResponse"] = Body("SMB1 s2c TRANSACTION2 sub 0001 seq 11", (ref r, in s) => TransactionResponse.Read(ref r, s)),
        ["TransactionAssembler"] = Body("SMB1 s2c TRANSACTION2 sub 0001 seq 11", (ref r, in s) => new TransactionAssembler(100, 65535).Add(TransactionResponse.Read(ref r, s))),
        ["directory entries"] = (DirectoryData(), m => ReadEntries(m, Encoding.Unicode)),
        ["directory entries, eight bits"] = (DirectoryData(), m => ReadEntries(m, Encoding.Latin1)),
        ["QueryFileAllInfo"] = (QueryData(), m => { WireReader r = new(m); QueryFileAllInfo.Read(ref r); }),
        ["FindFirst2Parameters"] = (FindParameters(), m => { WireReader r = new(m); FindFirst2Parameters.Read(ref r, Unicode); }),
        ["FindNext2Parameters"] = (FindParameters(), m => { WireReader r = new(m); FindNext2Parameters.Read(ref r, Oem); }),
        ["FindFirst2ResponseParameters"] = (new byte[10], m => { WireReader r = new(m); FindFirst2ResponseParameters.Read(ref r); }),
        ["FsVolumeInformation"] = ([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 65, 0, 66, 0], m => { WireReader r = new(m); FsVolumeInformation.Read(ref r, Encoding.Unicode); }),
        ["FsAttributeInformation"] = ([0, 0, 0, 0, 255, 0, 0, 0, 4, 0, 0, 0, 65, 0, 66, 0], m => { WireReader r = new(m); FsAttributeInformation.Read(ref r, Encoding.Unicode); }),
        ["FsFullSizeInformation"] = (new byte[32], m => { WireReader r = new(m); FsFullSizeInformation.Read(ref r); }),
        ["NTLM NEGOTIATE"] = (VectorFile.Ntlm["live NTLM NEGOTIATE t1"], m => NegotiateMessage.Decode(m)),
        ["NTLM CHALLENGE"] = (VectorFile.Ntlm["v2 CHALLENGE"], m => ChallengeMessage.Decode(m)),
        ["NTLM AUTHENTICATE"] = (VectorFile.Ntlm["v2 AUTHENTICATE"], m => AuthenticateMessage.Decode(m)),
        ["NegTokenInit"] = (VectorFile.Ntlm["live SPNEGO negTokenInit (client)"], m => SpnegoTokens.DecodeInit(m)),
        ["NegTokenInit2"] = (VectorFile.Ntlm["NegTokenInit2 hint, MS-krb5"], m => SpnegoTokens.DecodeInit(m)),
        ["NegTokenResp"] = (VectorFile.Ntlm["live SPNEGO authenticate (client)"], m => SpnegoTokens.DecodeResp(m)),
    };

    private delegate void BodyDecoder(ref WireReader reader, in Smb1Strings strings);

    public static TheoryData<string> Names => new(Codecs.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_sample_itself_decodes(string codec) => Codecs[codec].Decode(Codecs[codec].Sample);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_truncation_is_a_value_or_malformed(string codec) =>
        Decoders.TryEveryTruncation(codec, Codecs[codec].Sample, Codecs[codec].Decode);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_flipped_octet_is_a_value_or_malformed(string codec) =>
        Decoders.TryEveryFlippedOctet(codec, Codecs[codec].Sample, Codecs[codec].Decode);

    [Fact]
    public void NetBIOS_names_are_encoded_as_published()
    {
        byte[] name = new byte[NetBiosName.EncodedSize];
        NetBiosName.Encode("*SMBSERVER", NetBiosName.ServerType, name);
        Assert.Equal("20434B4644454E454346444546464346474546464343414341434143414341434100", Convert.ToHexString(name));
        NetBiosName.Encode("specsrv", NetBiosName.ServerType, name);
        Assert.Equal("20464446414546454446444643464743414341434143414341434143414341434100", Convert.ToHexString(name));
        Assert.Throws<ArgumentException>(() => NetBiosName.Encode("a name that is too long", 0, new byte[34]));
    }

    private static byte[] Frame(string name) => VectorFile.Smb1[name];

    private static (byte[], Action<ReadOnlyMemory<byte>>) Body(string name, BodyDecoder decode) => (Frame(name), Decoder(decode));

    private static (byte[], Action<ReadOnlyMemory<byte>>) Written<T>(T body, BodyDecoder decode)
        where T : struct, ISmb1Body
    {
        using MessageBuffer message = SmbClient.Exchange.Smb1.Smb1Exchange.Build(body, Smb1Flags2.Unicode, 1, 2, Unicode);
        return (message.Memory.ToArray(), Decoder(decode));
    }

    private static Action<ReadOnlyMemory<byte>> Decoder(BodyDecoder decode) => message =>
    {
        WireReader reader = new(message);
        reader.Skip(Smb1Header.Size);
        decode(ref reader, Unicode);
    };

    private static void Header(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        _ = Smb1Header.Read(ref reader).NtStatus;
    }

    private static void Chain(ReadOnlyMemory<byte> message)
    {
        Smb1Block? block = Smb1AndX.First(message);
        while (block is { } current)
        {
            block = Smb1AndX.Next(message, current);
        }
    }

    private static byte[] DirectoryData()
    {
        WireReader reader = new(Frame("SMB1 s2c TRANSACTION2 sub 0001 seq 11"));
        reader.Skip(Smb1Header.Size);
        return TransactionResponse.Read(ref reader, Unicode).Data.ToArray();
    }

    private static byte[] QueryData()
    {
        WireReader reader = new(Frame("SMB1 s2c TRANSACTION2 sub 0007 seq 17"));
        reader.Skip(Smb1Header.Size);
        return TransactionResponse.Read(ref reader, Unicode).Data.ToArray();
    }

    private static byte[] FindParameters()
    {
        WireReader reader = new(Frame("SMB1 c2s TRANSACTION2 sub 0001 seq 10"));
        reader.Skip(Smb1Header.Size);
        return TransactionRequest.Read(Smb1Command.Transaction2, ref reader, Unicode).Parameters.ToArray();
    }

    private static void ReadEntries(ReadOnlyMemory<byte> data, Encoding names)
    {
        DirectoryEntryReader reader = new(data, names);
        while (reader.TryReadNext(out _))
        {
        }
    }
}
