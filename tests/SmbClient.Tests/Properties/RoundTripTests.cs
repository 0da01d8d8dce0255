using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using SmbClient.Exchange.Smb1;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>
/// What is written is read again: for random values, the octets of a body that was read and written once more are the same, so that no field got lost.
/// </summary>
public class RoundTripTests
{
    private static readonly Gen<byte[]> Octets = Gen.Byte.Array[0, 300];
    private static readonly Gen<string> Text = Gen.Char['!', '\u02AF'].Array[0, 60].Select(c => new string(c));
    private static readonly Gen<Smb1Strings> AnyStrings = Gen.Bool.Select(unicode => new Smb1Strings(unicode, Encoding.Latin1));

    private delegate T BodyReader<T>(ref WireReader reader, in Smb1Strings strings);

    [Fact]
    public void Header() => Gen.Select(Gen.UInt, Gen.ULong, Gen.UShort, Gen.UShort, Gen.UShort, Gen.Byte).Sample((status, signature, tid, uid, mid, flags) =>
    {
        byte[] first = new byte[Smb1Header.Size];
        byte[] second = new byte[Smb1Header.Size];
        WireWriter w = new(first);
        new Smb1Header { Command = Smb1Command.Echo, Status = status, Flags = (Smb1Flags)flags, Flags2 = (Smb1Flags2)tid, SecuritySignature = signature, Tid = tid, Uid = uid, Mid = mid, PidHigh = mid, PidLow = uid }.Write(ref w);
        WireReader r = new(first);
        WireWriter again = new(second);
        Smb1Header.Read(ref r).Write(ref again);
        return first.AsSpan().SequenceEqual(second);
    });

    [Fact]
    public void Negotiate()
    {
        Gen.Select(AnyStrings, Gen.Char[' ', '~'].Array[1, 30].Select(c => new string(c)).List[0, 20])
            .Sample((s, dialects) => Same(new NegotiateRequest { Dialects = dialects }, NegotiateRequest.Read, s));
        Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Octets, Text, Text, Gen.Bool).Sample((s, number, small, blob, domain, name, extended) => Same(
            new NegotiateResponse
            {
                DialectIndex = (ushort)(small & 0x7FFF),
                SecurityMode = (Smb1SecurityMode)(small & 0xF),
                MaxMpxCount = small,
                MaxNumberVcs = (ushort)number,
                MaxBufferSize = number,
                MaxRawSize = ~number,
                SessionKey = number / 3,
                Capabilities = extended ? Smb1Capabilities.ExtendedSecurity : Smb1Capabilities.Status32,
                SystemTime = (long)number << 20,
                ServerTimeZone = (short)small,
                ServerGuid = extended ? new Guid((int)number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) : Guid.Empty,
                SecurityBlob = extended ? blob : default(ReadOnlyMemory<byte>),
                Challenge = extended ? default(ReadOnlyMemory<byte>) : new byte[8],
                DomainName = extended ? null : domain,
                ServerName = extended ? null : name,
            },
            NegotiateResponse.Read,
            s));
    }

    [Fact]
    public void SessionSetup()
    {
        Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Octets, Text, Text).Sample((s, number, small, blob, os, lan) =>
            Same(new SessionSetupExtendedRequest { MaxBufferSize = small, MaxMpxCount = (ushort)number, VcNumber = small, SessionKey = number, Capabilities = (Smb1Capabilities)number, SecurityBlob = blob, NativeOs = os, NativeLanMan = lan }, SessionSetupExtendedRequest.Read, s)
            && Same(new SessionSetupExtendedResponse { Action = small, SecurityBlob = blob, NativeOs = os, NativeLanMan = lan }, SessionSetupExtendedResponse.Read, s)
            && Same(new SessionSetupResponse { Action = small, NativeOs = os, NativeLanMan = lan, PrimaryDomain = os + lan }, SessionSetupResponse.Read, s)
            && Same(new SessionSetupRequest { MaxBufferSize = small, MaxMpxCount = small, VcNumber = small, SessionKey = number, Capabilities = (Smb1Capabilities)number, OemPassword = blob, UnicodePassword = blob, AccountName = os, PrimaryDomain = lan, NativeOs = lan, NativeLanMan = os }, SessionSetupRequest.Read, s));
    }

    [Fact]
    public void TreeConnect() => Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Octets, Text, Gen.Bool).Sample((s, number, small, password, text, extended) =>
        Same(new TreeConnectRequest { Flags = small, Password = password, Path = text, Service = "?????" }, TreeConnectRequest.Read, s)
        && Same(new TreeConnectResponse { OptionalSupport = small, MaximalShareAccessRights = extended ? number : null, GuestMaximalShareAccessRights = extended ? number / 2 : null, Service = "A:", NativeFileSystem = text }, TreeConnectResponse.Read, s));

    [Fact]
    public void Create() => Gen.Select(AnyStrings, Gen.UInt, Gen.ULong, Gen.UShort, Text).Sample((s, number, large, small, name) =>
        Same(new NtCreateRequest { Flags = number, RootDirectoryFid = ~number, DesiredAccess = (AccessMask)number, AllocationSize = large, FileAttributes = (FileAttributes)small, ShareAccess = (ShareAccess)7, CreateDisposition = (CreateDisposition)(small % 6), CreateOptions = (CreateOptions)number, ImpersonationLevel = 2, SecurityFlags = (byte)small, FileName = name }, NtCreateRequest.Read, s)
        && Same(new NtCreateResponse { OplockLevel = (byte)small, Fid = small, CreateAction = (CreateAction)(small % 4), CreationTime = (long)large, LastAccessTime = (long)large / 2, LastWriteTime = (long)large / 3, ChangeTime = (long)large / 5, FileAttributes = (FileAttributes)number, AllocationSize = large, EndOfFile = ~large, ResourceType = small, NamedPipeStatus = small, IsDirectory = small % 2 == 0 }, NtCreateResponse.Read, s));

    [Fact]
    public void ReadAndWrite() => Gen.Select(AnyStrings, Gen.UInt, Gen.ULong, Gen.UShort, Octets).Sample((s, number, large, small, data) =>
        Same(new ReadRequest { Fid = small, Offset = large, MaxCount = number, MinCount = small }, ReadRequest.Read, s)
        && Same(new ReadResponse { Available = small, Data = data }, ReadResponse.Read, s)
        && Same(new WriteRequest { Fid = small, Offset = large, WriteMode = small, DataLength = 0 }, WriteRequest.Read, s)
        && Same(new WriteResponse { Count = number, Available = small }, WriteResponse.Read, s));

    [Fact]
    public void SimpleCommands() => Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Text, Octets).Sample((s, number, small, text, data) =>
        Same(new CloseRequest { Fid = small, LastTimeModified = number }, CloseRequest.Read, s)
        && Same(new FlushRequest { Fid = small }, FlushRequest.Read, s)
        && Same(new DeleteRequest { SearchAttributes = small, FileName = text }, DeleteRequest.Read, s)
        && Same(new RenameRequest { SearchAttributes = small, OldFileName = text, NewFileName = text + text }, RenameRequest.Read, s)
        && Same(new DirectoryRequest(Smb1Command.CreateDirectory, text), (ref WireReader r, in Smb1Strings x) => DirectoryRequest.Read(Smb1Command.CreateDirectory, ref r, x), s)
        && Same(new EchoRequest { EchoCount = small, Data = data }, EchoRequest.Read, s)
        && Same(new FindClose2Request { Sid = small }, FindClose2Request.Read, s)
        && Same(default(LogoffBody), LogoffBody.Read, s));

    [Fact]
    public void Locking() => Gen.Select(AnyStrings, Gen.UInt, Gen.Select(Gen.UShort, Gen.ULong, Gen.ULong).List[0, 10], Gen.Bool).Sample((s, number, ranges, large) =>
    {
        LockRange[] locks = [.. ranges.Select(r => new LockRange { Pid = r.Item1, Offset = large ? r.Item2 : (uint)r.Item2, Length = large ? r.Item3 : (uint)r.Item3 })];
        return Same(new LockingRequest { Fid = (ushort)number, TypeOfLock = large ? LockType.LargeFiles : LockType.Shared, NewOplockLevel = (byte)number, Timeout = number, Unlocks = locks, Locks = [.. locks.Reverse()] }, LockingRequest.Read, s);
    });

    [Fact]
    public void Transactions() => Gen.Select(AnyStrings, Gen.UInt, Gen.UShort, Octets, Octets).Sample((s, number, small, parameters, data) =>
        Same(new TransactionRequest { Command = Smb1Command.Transaction2, TotalParameterCount = small, TotalDataCount = small, MaxParameterCount = (ushort)number, MaxDataCount = small, MaxSetupCount = 1, Flags = small, Timeout = number, Setup = small, Parameters = parameters, Data = data }, (ref WireReader r, in Smb1Strings x) => TransactionRequest.Read(Smb1Command.Transaction2, ref r, x), s)
        && Same(new TransactionResponse { TotalParameterCount = small, TotalDataCount = (ushort)number, ParameterDisplacement = small, DataDisplacement = (ushort)number, Parameters = parameters, Data = data }, TransactionResponse.Read, s));

    [Fact]
    public void A_response_in_random_parts_is_put_together() => Gen.Select(Gen.Byte.Array[1, 2000], Gen.Int[1, 700]).Sample((data, step) =>
    {
        TransactionAssembler assembler = new(10, 65535);
        for (int at = 0; at < data.Length; at += step)
        {
            byte[] part = data[at..Math.Min(at + step, data.Length)];
            if (assembler.Add(new TransactionResponse { TotalParameterCount = 0, TotalDataCount = (ushort)data.Length, Data = part, DataDisplacement = (ushort)at }) != (at + step >= data.Length))
            {
                return false;
            }
        }

        return assembler.Data.Span.SequenceEqual(data);
    });

    [Fact]
    public void Ntlm() => Gen.Select(Text, Text, Octets, Octets, Gen.UInt).Sample((user, domain, lm, nt, number) =>
    {
        byte[] authenticate = new AuthenticateMessage { Flags = NtlmFlags.Unicode | (NtlmFlags)(number & ~1u), User = user, Domain = domain, Workstation = user, LmResponse = lm, NtResponse = nt, EncryptedRandomSessionKey = lm }.Encode();
        AuthenticateMessage read = AuthenticateMessage.Decode(authenticate);
        AvPairs pairs = new AvPairs().Add(AvId.NbComputerName, user).Add(AvId.Timestamp, number).Add(AvId.TargetName, domain).Add(AvId.SingleHost, nt);
        byte[] challenge = new ChallengeMessage { Flags = NtlmFlags.Unicode | NtlmFlags.TargetInfo, ServerChallenge = new byte[8], TargetName = domain, TargetInfo = pairs }.Encode();
        ChallengeMessage info = ChallengeMessage.Decode(challenge);
        bool anyField = user.Length + domain.Length + lm.Length + nt.Length > 0;
        return (read.User, read.Domain, read.Workstation) == (user, domain, user)
            && read.NtResponse.Span.SequenceEqual(nt)
            && read.LmResponse.Span.SequenceEqual(lm)
            && read.EncryptedRandomSessionKey.Span.SequenceEqual(lm)
            && (read.HasMic || !anyField)
            && info.TargetName == domain
            && info.TargetInfo!.Encode().AsSpan().SequenceEqual(pairs.Encode())
            && info.TargetInfo.Timestamp == number;
    });

    [Fact]
    public void Spnego() => Gen.Select(Octets, Octets, Gen.Int[0, 3], Gen.Bool).Sample((token, mic, state, present) =>
    {
        NegTokenResp response = SpnegoTokens.DecodeResp(SpnegoTokens.EncodeResp(new NegTokenResp
        {
            NegState = (NegState)state,
            SupportedMech = present ? NtlmMechanism.MechanismOid : null,
            ResponseToken = token,
            MechListMic = present ? mic : default(ReadOnlyMemory<byte>?),
        }));
        byte[] list = SpnegoTokens.EncodeMechTypes(["1.2.3", NtlmMechanism.MechanismOid]);
        NegTokenInit init = SpnegoTokens.DecodeInit(SpnegoTokens.EncodeInit(list, token));
        return response.NegState == (NegState)state
            && (response.SupportedMech is not null) == present
            && response.ResponseToken!.Value.Span.SequenceEqual(token)
            && response.MechListMic.HasValue == present
            && init.MechTypesDer.Span.SequenceEqual(list)
            && init.MechToken!.Value.Span.SequenceEqual(token);
    });

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
