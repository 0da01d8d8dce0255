using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmbClient.Tests.Vectors;
using SmbClient.Tests.Wire;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>Every decoder of SMB2, with every truncation and every flipped octet of a sample. A new codec is a new row.</summary>
public class Smb2DecoderTests
{
    private static readonly FileId SomeFile = new(0x0102030405060708, 0x1112131415161718);
    private static readonly Guid SomeGuid = new("01234567-89ab-cdef-0123-456789abcdef");

    private static readonly CreateContext[] SomeContexts =
    [
        new MaximalAccessRequest(12345).Encode(),
        QueryOnDiskIdResponse.Request,
        new LeaseContext { LeaseKey = SomeGuid, LeaseState = Smb2LeaseState.ReadCaching, IsV2 = true, Epoch = 3 }.Encode(),
        new DurableHandleRequestV2(1000, 2, SomeGuid).Encode(),
    ];

    private static readonly Dictionary<string, (byte[] Sample, Action<ReadOnlyMemory<byte>> Decode)> Codecs = new()
    {
        ["Smb2Header"] = (VectorFile.Smb2["c2s WRITE"], m => Smb2Message.Header(m)),
        ["Smb2Header, asynchronous"] = (VectorFile.Smb2["s2c LOCK pending"], m => Smb2Message.Header(m)),
        ["Smb2TransformHeader"] = Data(VectorFile.Smb2["Windows c2s encrypted WRITE"], (ref r) => Smb2TransformHeader.Read(ref r)),
        ["NegotiateRequest"] = Frame("c2s NEGOTIATE", NegotiateRequest.Read),
        ["NegotiateRequest, all contexts"] = Written(new NegotiateRequest { SecurityMode = Smb2SecurityMode.SigningEnabled, Dialects = [SmbDialect.Smb311], Contexts = AllContexts() }, NegotiateRequest.Read),
        ["NegotiateResponse"] = Frame("s2c NEGOTIATE", NegotiateResponse.Read),
        ["NegotiateResponse of Windows"] = Frame("Windows s2c NEGOTIATE", NegotiateResponse.Read),
        ["SessionSetupRequest"] = Frame("c2s SESSION_SETUP first", SessionSetupRequest.Read),
        ["SessionSetupResponse"] = Frame("s2c SESSION_SETUP first", SessionSetupResponse.Read),
        ["LogoffBody"] = Written(default(LogoffBody), LogoffBody.Read),
        ["EchoBody"] = Written(default(EchoBody), EchoBody.Read),
        ["CancelBody"] = Frame("c2s CANCEL", CancelBody.Read),
        ["TreeConnectRequest"] = Frame("c2s TREE_CONNECT", TreeConnectRequest.Read),
        ["TreeConnectResponse"] = Frame("s2c TREE_CONNECT", TreeConnectResponse.Read),
        ["TreeDisconnectBody"] = Frame("c2s TREE_DISCONNECT", TreeDisconnectBody.Read),
        ["CreateRequest"] = Frame("c2s CREATE", CreateRequest.Read),
        ["CreateRequest, contexts"] = Written(new CreateRequest { DesiredAccess = AccessMask.ReadData, ShareAccess = ShareAccess.Read, CreateDisposition = CreateDisposition.Open, Name = "dir\\file", Contexts = SomeContexts }, CreateRequest.Read),
        ["CreateResponse"] = Frame("s2c CREATE", CreateResponse.Read),
        ["CreateResponse, contexts"] = Written(new CreateResponse { FileId = SomeFile, Contexts = SomeContexts }, CreateResponse.Read),
        ["MaximalAccessRequest"] = Context(new MaximalAccessRequest(1).Encode(), c => MaximalAccessRequest.Decode(c)),
        ["MaximalAccessResponse"] = Context(new MaximalAccessResponse(NtStatus.Success, 2).Encode(), c => MaximalAccessResponse.Decode(c)),
        ["QueryOnDiskIdResponse"] = Context(new QueryOnDiskIdResponse(1, 2).Encode(), c => QueryOnDiskIdResponse.Decode(c)),
        ["TimewarpToken"] = Context(new TimewarpToken(1).Encode(), c => TimewarpToken.Decode(c)),
        ["AllocationSizeRequest"] = Context(new AllocationSizeRequest(1).Encode(), c => AllocationSizeRequest.Decode(c)),
        ["DurableHandleReconnect"] = Context(new DurableHandleReconnect(SomeFile).Encode(), c => DurableHandleReconnect.Decode(c)),
        ["DurableHandleRequestV2"] = Context(new DurableHandleRequestV2(1, 2, SomeGuid).Encode(), c => DurableHandleRequestV2.Decode(c)),
        ["DurableHandleResponseV2"] = Context(new DurableHandleResponseV2(1, 2).Encode(), c => DurableHandleResponseV2.Decode(c)),
        ["DurableHandleReconnectV2"] = Context(new DurableHandleReconnectV2(SomeFile, SomeGuid, 2).Encode(), c => DurableHandleReconnectV2.Decode(c)),
        ["LeaseContext"] = Context(new LeaseContext { LeaseKey = SomeGuid }.Encode(), c => LeaseContext.Decode(c)),
        ["LeaseContext of version 2"] = Context(new LeaseContext { LeaseKey = SomeGuid, IsV2 = true }.Encode(), c => LeaseContext.Decode(c)),
        ["CloseRequest"] = Frame("c2s CLOSE", CloseRequest.Read),
        ["CloseResponse"] = Frame("s2c CLOSE", CloseResponse.Read),
        ["FlushRequest"] = Written(new FlushRequest { FileId = SomeFile }, FlushRequest.Read),
        ["FlushResponse"] = Written(default(FlushResponse), FlushResponse.Read),
        ["ReadRequest"] = Frame("c2s READ", ReadRequest.Read),
        ["ReadResponse"] = Frame("s2c READ", ReadResponse.Read),
        ["WriteRequest"] = Frame("c2s WRITE", WriteRequest.Read),
        ["WriteResponse"] = Frame("s2c WRITE", WriteResponse.Read),
        ["LockRequest"] = Written(new LockRequest { FileId = SomeFile, Locks = [new Smb2Lock(1, 2, Smb2LockFlags.SharedLock), new Smb2Lock(3, 4, Smb2LockFlags.Unlock)] }, LockRequest.Read),
        ["LockResponse"] = Written(default(LockResponse), LockResponse.Read),
        ["IoctlRequest"] = Written(new IoctlRequest { CtlCode = (uint)FsControlCode.PipeTransceive, FileId = SomeFile, Input = new byte[9], MaxOutputResponse = 5, IsFsctl = true }, IoctlRequest.Read),
        ["IoctlResponse"] = Written(new IoctlResponse { CtlCode = 1, FileId = SomeFile, Input = new byte[3], Output = new byte[9] }, IoctlResponse.Read),
        ["QueryDirectoryRequest"] = Frame("c2s QUERY_DIRECTORY", QueryDirectoryRequest.Read),
        ["QueryDirectoryResponse"] = Frame("s2c QUERY_DIRECTORY", QueryDirectoryResponse.Read),
        ["ChangeNotifyRequest"] = Written(new ChangeNotifyRequest { OutputBufferLength = 9, FileId = SomeFile, CompletionFilter = 3 }, ChangeNotifyRequest.Read),
        ["ChangeNotifyResponse"] = Written(new ChangeNotifyResponse { Output = new byte[9] }, ChangeNotifyResponse.Read),
        ["QueryInfoRequest"] = Frame("c2s QUERY_INFO", QueryInfoRequest.Read),
        ["QueryInfoRequest, input"] = Written(new QueryInfoRequest { InfoType = Smb2InfoType.Quota, OutputBufferLength = 9, FileId = SomeFile, Input = new byte[5] }, QueryInfoRequest.Read),
        ["QueryInfoResponse"] = Frame("s2c QUERY_INFO", QueryInfoResponse.Read),
        ["SetInfoRequest"] = Written(new SetInfoRequest { InfoType = Smb2InfoType.File, FileId = SomeFile, Data = new byte[9] }, SetInfoRequest.Read),
        ["SetInfoResponse"] = Written(default(SetInfoResponse), SetInfoResponse.Read),
        ["OplockBreak"] = Written(new OplockBreak { OplockLevel = Smb2OplockLevel.LevelII, FileId = SomeFile }, OplockBreak.Read),
        ["LeaseBreakNotification"] = Written(new LeaseBreakNotification { LeaseKey = SomeGuid }, LeaseBreakNotification.Read),
        ["LeaseBreakAcknowledgment"] = Written(new LeaseBreakAcknowledgment { LeaseKey = SomeGuid }, LeaseBreakAcknowledgment.Read),
        ["ErrorResponse"] = Frame("s2c LOCK pending", (ref r) => ReadContexts(ErrorResponse.Read(ref r))),
        ["ErrorResponse, contexts"] = Written(ErrorResponse.WithContext(Smb2Command.Create, new ErrorContext(ErrorContext.Default, SymbolicLink())), (ref r) => ReadContexts(ErrorResponse.Read(ref r))),
        ["SymbolicLinkError"] = Data(SymbolicLink(), (ref r) => SymbolicLinkError.Read(ref r)),
        ["ValidateNegotiateInfoRequest"] = Data([.. new byte[22], 2, 0, 2, 2, 16, 2], (ref r) => ValidateNegotiateInfoRequest.Read(ref r)),
        ["ValidateNegotiateInfoResponse"] = Data(new byte[24], (ref r) => ValidateNegotiateInfoResponse.Read(ref r)),
        ["ResumeKeyResponse"] = Data(new byte[24], (ref r) => ResumeKeyResponse.Read(ref r)),
        ["CopyChunkRequest"] = Data(new byte[32], (ref r) => CopyChunkRequest.Read(ref r)),
        ["CopyChunk"] = Data(new byte[24], (ref r) => CopyChunk.Read(ref r)),
        ["CopyChunkResponse"] = Data(new byte[12], (ref r) => CopyChunkResponse.Read(ref r)),
        ["FileAllInformation"] = Data([.. new byte[96], 4, 0, 0, 0, 65, 0, 66, 0], (ref r) => FileAllInformation.Read(ref r)),
        ["FileNetworkOpenInformation"] = Data(new byte[56], (ref r) => FileNetworkOpenInformation.Read(ref r)),
        ["FileRenameInformation"] = Data([.. new byte[16], 4, 0, 0, 0, 65, 0, 66, 0], (ref r) => FileRenameInformation.Read(ref r)),
        ["FileDispositionInformation"] = Data([1], (ref r) => FileDispositionInformation.Read(ref r)),
        ["FileEndOfFileInformation"] = Data(new byte[8], (ref r) => FileEndOfFileInformation.Read(ref r)),
        ["FileInternalInformation"] = Data(new byte[8], (ref r) => FileInternalInformation.Read(ref r)),
        ["FileStreamInformation"] = (Streams(), m => FileStreamInformation.ReadList(m)),
        ["FileNotifyInformation"] = (Changes(), m => FileNotifyInformation.ReadList(m)),
        ["directory entries, Names"] = Entries(FileInformationClass.Names),
        ["directory entries, Directory"] = Entries(FileInformationClass.Directory),
        ["directory entries, FullDirectory"] = Entries(FileInformationClass.FullDirectory),
        ["directory entries, IdBothDirectory"] = Entries(FileInformationClass.IdBothDirectory),
        ["directory entries, IdFullDirectory"] = Entries(FileInformationClass.IdFullDirectory),
        ["directory entries, IdExtdDirectory"] = Entries(FileInformationClass.IdExtdDirectory),
    };

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
    public void No_body_is_forgotten()
    {
        string[] rows = [.. Codecs.Keys.Select(k => k.Split([',', ' '])[0])];
        IEnumerable<string> bodies = typeof(ISmb2Body).Assembly.GetTypes().Where(t => t.IsValueType && typeof(ISmb2Body).IsAssignableFrom(t)).Select(t => t.Name);

        Assert.Empty(bodies.Except(rows));
    }

    private static (byte[], Action<ReadOnlyMemory<byte>>) Frame<T>(string name, Smb2Message.BodyReader<T> read) =>
        (VectorFile.Smb2[name], m => Smb2Message.Decode(m, read));

    private static (byte[], Action<ReadOnlyMemory<byte>>) Written<TBody, T>(TBody body, Smb2Message.BodyReader<T> read)
        where TBody : struct, ISmb2Body =>
        (Smb2Message.Encode(body), m => Smb2Message.Decode(m, read));

    private static (byte[], Action<ReadOnlyMemory<byte>>) Data<T>(byte[] sample, Smb2Message.BodyReader<T> read) => (sample, m =>
    {
        WireReader reader = new(m);
        read(ref reader);
    });

    private static (byte[], Action<ReadOnlyMemory<byte>>) Context(CreateContext context, Action<CreateContext> decode) =>
        (context.Data.ToArray(), m => decode(context with { Data = m }));

    private static int ReadContexts(ErrorResponse response) => response.ReadContexts().Count;

    private static (byte[], Action<ReadOnlyMemory<byte>>) Entries(FileInformationClass informationClass)
    {
        DirectoryEntryLayout layout = new(informationClass, Encoding.Unicode);
        byte[] list = new byte[300];
        WireWriter w = new(list);
        int first = layout.Write(ref w, EntryList.None, new DirectoryEntry { FileName = "a.txt", ShortName = "A.TXT" });
        layout.Write(ref w, first, new DirectoryEntry { FileName = "b", ShortName = "B" });
        return (list[..w.Position], m =>
        {
            DirectoryEntryReader reader = new(m, Encoding.Unicode, informationClass);
            while (reader.TryReadNext(out _))
            {
            }
        });
    }

    private static Smb2NegotiateContexts AllContexts() => new()
    {
        PreauthIntegrity = new Smb2PreauthIntegrity([1], new byte[32]),
        Encryption = [SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm],
        Compression = new Smb2Compression([1, 2, 3], 1),
        Signing = [SmbSigningAlgorithm.AesGmac],
        RdmaTransform = [1, 2],
        Transport = 1,
        Netname = "files.example.com",
    };

    private static byte[] SymbolicLink()
    {
        SymbolicLinkError error = new() { UnparsedPathLength = 6, SubstituteName = @"..\target", PrintName = "target", IsRelative = true };
        byte[] data = new byte[error.Size];
        WireWriter w = new(data);
        error.Write(ref w);
        return data;
    }

    private static byte[] Streams()
    {
        byte[] list = new byte[100];
        WireWriter w = new(list);
        FileStreamInformation.WriteList(ref w, [new() { StreamSize = 1, StreamName = "::$DATA" }, new() { StreamSize = 2, StreamName = ":s:$DATA" }]);
        return list[..w.Position];
    }

    private static byte[] Changes()
    {
        byte[] list = new byte[100];
        WireWriter w = new(list);
        FileNotifyInformation.WriteList(ref w, [new(FileNotifyAction.Added, "a"), new(FileNotifyAction.Removed, "bc")]);
        return list[..w.Position];
    }
}
