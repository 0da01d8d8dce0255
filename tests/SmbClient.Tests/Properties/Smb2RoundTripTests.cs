using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using SmbClient.Tests.Wire;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>
/// What is written is read again: for random values, the octets of a body that was read and written once more are the same, so that no field got lost.
/// </summary>
public class Smb2RoundTripTests
{
    private static readonly Gen<byte[]> Octets = Gen.Byte.Array[0, 300];
    private static readonly Gen<string> Text = Gen.Char['!', '\u02AF'].Array[0, 60].Select(c => new string(c));
    private static readonly Gen<FileId> Files = Gen.Select(Gen.ULong, Gen.ULong).Select(halves => new FileId(halves.Item1, halves.Item2));
    private static readonly Gen<IReadOnlyList<ushort>> Ids = Gen.UShort.Array[1, 8].Select(ids => (IReadOnlyList<ushort>)ids);

    private static readonly Gen<Smb2NegotiateContexts> NegotiateContexts = Gen.Select(Ids, Octets, Text, Gen.UInt, Gen.Byte).Select((ids, salt, name, number, present) => new Smb2NegotiateContexts
    {
        PreauthIntegrity = new Smb2PreauthIntegrity(ids, salt),
        Encryption = (present & 1) == 0 ? null : [.. ids.Select(i => (SmbCipher)i)],
        Compression = (present & 2) == 0 ? null : new Smb2Compression(ids, number),
        Signing = (present & 4) == 0 ? null : [.. ids.Select(i => (SmbSigningAlgorithm)i)],
        RdmaTransform = (present & 8) == 0 ? null : ids,
        Transport = (present & 16) == 0 ? null : number,
        Netname = (present & 32) == 0 ? null : name,
    });

    private static readonly Gen<CreateContext[]> CreateContexts =
        Gen.Select(Gen.Byte.Array[4, 20], Octets).Select((name, data) => new CreateContext(name, data)).Array[0, 5];

    [Fact]
    public void Header() => Gen.Select(Gen.UInt, Gen.ULong, Gen.UShort, Gen.Bool, Gen.Bool).Sample((number, large, small, async, chained) =>
    {
        Smb2Header header = new()
        {
            CreditCharge = small,
            Status = number,
            Command = (Smb2Command)(small % 20),
            Credits = (ushort)number,
            Flags = (Smb2HeaderFlags)(number & ~2u) | (async ? Smb2HeaderFlags.AsyncCommand : Smb2HeaderFlags.None),
            NextCommand = chained ? 64u : 0,
            MessageId = large,
            AsyncId = async ? ~large : 0,
            TreeId = async ? 0 : number,
            SessionId = large / 3,
        };
        return Smb2Message.Header(Smb2Message.Encode(default(EchoBody), header)) == header;
    });

    [Fact]
    public void TransformHeader() => Gen.Select(Gen.Byte.Array[16], Gen.Byte.Array[12], Gen.UShort, Gen.ULong).Sample((signature, nonce, size, session) =>
    {
        byte[] message = new byte[Smb2TransformHeader.Size + size];
        WireWriter w = new(message);
        new Smb2TransformHeader { Signature = signature, Nonce = nonce, OriginalMessageSize = size, Flags = 1, SessionId = session }.Write(ref w);
        WireReader r = new(message);
        Smb2TransformHeader read = Smb2TransformHeader.Read(ref r);
        return w.Position == Smb2TransformHeader.Size
            && read.Signature.Span.SequenceEqual(signature)
            && read.Nonce.Span.SequenceEqual((byte[])[.. nonce, 0, 0, 0, 0])
            && (read.OriginalMessageSize, read.Flags, read.SessionId) == (size, 1, session);
    });

    [Fact]
    public void Negotiate() => Gen.Select(Gen.UInt, Gen.UShort, Octets, NegotiateContexts, Gen.UShort.Array[0, 10], Gen.Guid, Gen.Bool).Sample((number, small, token, contexts, dialects, guid, newest) =>
        Same(
            new NegotiateRequest
            {
                SecurityMode = (Smb2SecurityMode)small,
                Capabilities = (Smb2Capabilities)number,
                ClientGuid = guid,
                Dialects = [.. dialects.Select(d => (SmbDialect)d), newest ? SmbDialect.Smb311 : SmbDialect.Smb302],
                Contexts = contexts,
            },
            NegotiateRequest.Read)
        && Same(
            new NegotiateResponse
            {
                SecurityMode = (Smb2SecurityMode)small,
                DialectRevision = newest ? (ushort)SmbDialect.Smb311 : NegotiateResponse.AnyDialect,
                ServerGuid = guid,
                Capabilities = (Smb2Capabilities)number,
                MaxTransactSize = number,
                MaxReadSize = ~number,
                MaxWriteSize = number / 3,
                SystemTime = (long)number << 20,
                ServerStartTime = number,
                SecurityBuffer = token,
                Contexts = contexts,
            },
            NegotiateResponse.Read));

    [Fact]
    public void SessionSetup() => Gen.Select(Gen.UInt, Gen.ULong, Gen.Byte, Octets).Sample((number, large, small, token) =>
        Same(new SessionSetupRequest { Flags = small, SecurityMode = (Smb2SecurityMode)(small & 3), Capabilities = (Smb2Capabilities)number, PreviousSessionId = large, SecurityBuffer = token }, SessionSetupRequest.Read)
        && Same(new SessionSetupResponse { SessionFlags = (Smb2SessionFlags)(ushort)number, SecurityBuffer = token }, SessionSetupResponse.Read));

    [Fact]
    public void TreeConnect() => Gen.Select(Gen.UInt, Gen.UShort, Text).Sample((number, small, path) =>
        Same(new TreeConnectRequest { Flags = small, Path = path }, TreeConnectRequest.Read)
        && Same(new TreeConnectResponse { ShareType = (Smb2ShareType)(byte)small, ShareFlags = (Smb2ShareFlags)number, Capabilities = (Smb2ShareCapabilities)~number, MaximalAccess = number / 3 }, TreeConnectResponse.Read));

    [Fact]
    public void Create() => Gen.Select(Gen.UInt, Gen.ULong, Text, Files, CreateContexts).Sample((number, large, name, file, contexts) =>
        Same(
            new CreateRequest
            {
                RequestedOplockLevel = (Smb2OplockLevel)(byte)number,
                ImpersonationLevel = number,
                DesiredAccess = (AccessMask)number,
                FileAttributes = (FileAttributes)(number / 2),
                ShareAccess = (ShareAccess)(number & 7),
                CreateDisposition = (CreateDisposition)(number % 6),
                CreateOptions = (CreateOptions)(number / 3),
                Name = name,
                Contexts = contexts,
            },
            CreateRequest.Read)
        && Same(
            new CreateResponse
            {
                OplockLevel = (Smb2OplockLevel)(byte)number,
                Flags = (byte)(number >> 8),
                CreateAction = (CreateAction)(number % 4),
                CreationTime = (long)large,
                LastAccessTime = (long)large / 2,
                LastWriteTime = (long)large / 3,
                ChangeTime = (long)large / 5,
                AllocationSize = large,
                EndOfFile = ~large,
                FileAttributes = (FileAttributes)number,
                FileId = file,
                Contexts = contexts,
            },
            CreateResponse.Read));

    [Fact]
    public void Create_contexts_come_back_as_they_were() => CreateContexts.Sample(contexts =>
    {
        CreateResponse response = Smb2Message.Decode(Smb2Message.Encode(new CreateResponse { FileId = default, Contexts = contexts }), CreateResponse.Read);
        return response.Contexts.Count == contexts.Length
            && response.Contexts.Zip(contexts).All(pair => pair.First.Name.Span.SequenceEqual(pair.Second.Name.Span) && pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span));
    });

    [Fact]
    public void Typed_create_contexts() => Gen.Select(Gen.UInt, Gen.ULong, Gen.Guid, Files, Gen.Bool).Sample((number, large, guid, file, flag) =>
    {
        MaximalAccessRequest accessRequest = new(flag ? (long)large : null);
        MaximalAccessResponse access = new((NtStatus)number, ~number);
        QueryOnDiskIdResponse disk = new(large, ~large);
        TimewarpToken timewarp = new((long)large);
        AllocationSizeRequest allocation = new(large);
        DurableHandleReconnect reconnect = new(file);
        DurableHandleRequestV2 durable = new(number, ~number, guid);
        DurableHandleResponseV2 durableResponse = new(number, ~number);
        DurableHandleReconnectV2 reconnectV2 = new(file, guid, number);
        LeaseContext lease = new() { LeaseKey = guid, LeaseState = (Smb2LeaseState)number, Flags = (Smb2LeaseFlags)~number, IsV2 = flag, ParentLeaseKey = flag ? Guid.NewGuid() : Guid.Empty, Epoch = flag ? (ushort)number : (ushort)0 };
        return MaximalAccessRequest.Decode(accessRequest.Encode()) == accessRequest
            && MaximalAccessResponse.Decode(access.Encode()) == access
            && QueryOnDiskIdResponse.Decode(disk.Encode()) == disk
            && TimewarpToken.Decode(timewarp.Encode()) == timewarp
            && AllocationSizeRequest.Decode(allocation.Encode()) == allocation
            && DurableHandleReconnect.Decode(reconnect.Encode()) == reconnect
            && DurableHandleRequestV2.Decode(durable.Encode()) == durable
            && DurableHandleResponseV2.Decode(durableResponse.Encode()) == durableResponse
            && DurableHandleReconnectV2.Decode(reconnectV2.Encode()) == reconnectV2
            && LeaseContext.Decode(lease.Encode()) == lease;
    });

    [Fact]
    public void ReadAndWrite() => Gen.Select(Gen.UInt, Gen.ULong, Gen.Byte, Octets, Files).Sample((number, large, small, data, file) =>
        Same(new ReadRequest { Padding = small, Flags = (byte)number, Length = number, Offset = large, FileId = file, MinimumCount = ~number, RemainingBytes = number / 3 }, ReadRequest.Read)
        && Same(new ReadResponse { Data = data, DataRemaining = number }, ReadResponse.Read)
        && Same(new WriteRequest { Length = 0, Offset = large, FileId = file, Flags = number }, WriteRequest.Read)
        && Same(new WriteResponse { Count = number }, WriteResponse.Read));

    [Fact]
    public void Handles() => Gen.Select(Gen.UInt, Gen.ULong, Gen.UShort, Octets, Text, Files).Sample((number, large, small, data, text, file) =>
        Same(new CloseRequest { Flags = small, FileId = file }, CloseRequest.Read)
        && Same(new CloseResponse { Flags = small, CreationTime = (long)large, LastAccessTime = (long)large / 2, LastWriteTime = (long)large / 3, ChangeTime = (long)large / 5, AllocationSize = large, EndOfFile = ~large, FileAttributes = (FileAttributes)number }, CloseResponse.Read)
        && Same(new FlushRequest { FileId = file }, FlushRequest.Read)
        && Same(new QueryDirectoryRequest { FileInformationClass = (byte)small, Flags = (Smb2QueryDirectoryFlags)(byte)number, FileIndex = number, FileId = file, Pattern = text, OutputBufferLength = ~number }, QueryDirectoryRequest.Read)
        && Same(new QueryDirectoryResponse { Output = data }, QueryDirectoryResponse.Read)
        && Same(new ChangeNotifyRequest { Flags = small, OutputBufferLength = number, FileId = file, CompletionFilter = ~number }, ChangeNotifyRequest.Read)
        && Same(new ChangeNotifyResponse { Output = data }, ChangeNotifyResponse.Read));

    [Fact]
    public void Information() => Gen.Select(Gen.UInt, Gen.Byte, Octets, Octets, Files, Gen.Bool).Sample((number, small, input, output, file, flag) =>
        Same(new QueryInfoRequest { InfoType = (Smb2InfoType)small, FileInfoClass = (byte)number, OutputBufferLength = number, AdditionalInformation = ~number, Flags = number / 3, FileId = file, Input = input }, QueryInfoRequest.Read)
        && Same(new QueryInfoResponse { Output = output }, QueryInfoResponse.Read)
        && Same(new SetInfoRequest { InfoType = (Smb2InfoType)small, FileInfoClass = (byte)number, AdditionalInformation = number, FileId = file, Data = input }, SetInfoRequest.Read)
        && Same(new IoctlRequest { CtlCode = number, FileId = file, Input = input, MaxOutputResponse = ~number, IsFsctl = flag }, IoctlRequest.Read)
        && Same(new IoctlResponse { CtlCode = number, FileId = file, Input = input, Output = output }, IoctlResponse.Read));

    [Fact]
    public void LocksAndBreaks() => Gen.Select(Gen.UInt, Gen.UShort, Gen.Select(Gen.ULong, Gen.ULong, Gen.UInt).Array[0, 10], Files, Gen.Guid, Gen.Bool).Sample((number, small, ranges, file, guid, flag) =>
        Same(new LockRequest { LockSequence = number, FileId = file, Locks = [.. ranges.Select(r => new Smb2Lock(r.Item1, r.Item2, (Smb2LockFlags)r.Item3))] }, LockRequest.Read)
        && Same(new OplockBreak { OplockLevel = (Smb2OplockLevel)(byte)small, FileId = file }, OplockBreak.Read)
        && Same(new LeaseBreakNotification { NewEpoch = small, IsAckRequired = flag, LeaseKey = guid, CurrentLeaseState = (Smb2LeaseState)number, NewLeaseState = (Smb2LeaseState)~number }, LeaseBreakNotification.Read)
        && Same(new LeaseBreakAcknowledgment { LeaseKey = guid, LeaseState = (Smb2LeaseState)number }, LeaseBreakAcknowledgment.Read));

    [Fact]
    public void Errors() => Gen.Select(Gen.UInt, Octets, Text, Text, Gen.UShort, Gen.Bool).Sample((number, data, text, other, small, flag) =>
    {
        ErrorContext context = ErrorResponse.WithContext(Smb2Command.Create, new ErrorContext(number, data)).ReadContexts().Single();
        SymbolicLinkError error = new() { UnparsedPathLength = small, SubstituteName = text, PrintName = other, IsRelative = flag };
        byte[] octets = new byte[error.Size];
        WireWriter w = new(octets);
        error.Write(ref w);
        WireReader r = new(octets);
        SymbolicLinkError read = SymbolicLinkError.Read(ref r);
        return Same(new ErrorResponse { ErrorContextCount = (byte)small, ErrorData = data }, ErrorResponse.Read)
            && context.ErrorId == number
            && context.Data.Span.SequenceEqual(data)
            && w.Position == octets.Length
            && (read.UnparsedPathLength, read.SubstituteName, read.PrintName, read.IsRelative) == (small, text, other, flag);
    });

    [Fact]
    public void ValidateNegotiateInfo() => Gen.Select(Gen.UInt, Gen.UShort, Gen.UShort.Array[0, 10], Gen.Guid).Sample((number, small, dialects, guid) =>
    {
        ValidateNegotiateInfoRequest request = new() { Capabilities = (Smb2Capabilities)number, ClientGuid = guid, SecurityMode = (Smb2SecurityMode)small, Dialects = [.. dialects.Select(d => (SmbDialect)d)] };
        byte[] octets = new byte[request.Size];
        WireWriter w = new(octets);
        request.Write(ref w);
        WireReader r = new(octets);
        ValidateNegotiateInfoRequest read = ValidateNegotiateInfoRequest.Read(ref r);
        byte[] responseOctets = new byte[ValidateNegotiateInfoResponse.Size];
        WireWriter responseWriter = new(responseOctets);
        new ValidateNegotiateInfoResponse { Capabilities = (Smb2Capabilities)number, ServerGuid = guid, SecurityMode = (Smb2SecurityMode)small, Dialect = small }.Write(ref responseWriter);
        WireReader responseReader = new(responseOctets);
        ValidateNegotiateInfoResponse response = ValidateNegotiateInfoResponse.Read(ref responseReader);
        return (read.Capabilities, read.ClientGuid, read.SecurityMode) == (request.Capabilities, guid, request.SecurityMode)
            && read.Dialects.SequenceEqual(request.Dialects)
            && w.Position == octets.Length
            && (response.Capabilities, response.ServerGuid, response.SecurityMode, response.Dialect) == (request.Capabilities, guid, request.SecurityMode, small);
    });

    private static bool Same<T>(T body, Smb2Message.BodyReader<T> read)
        where T : struct, ISmb2Body
    {
        byte[] first = Smb2Message.Encode(body);
        return first.AsSpan().SequenceEqual(Smb2Message.Encode(Smb2Message.Decode(first, read)));
    }
}
