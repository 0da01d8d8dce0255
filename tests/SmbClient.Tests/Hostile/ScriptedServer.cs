using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.Protection;
using SmbClient.Transports;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Hostile;

/// <summary>One request as the server got it.</summary>
internal sealed record Request(Smb1Header Header, byte[] Message, uint Sequence)
{
    public Smb1Command Command => Header.Command;
}

/// <summary>
/// A small SMB1 server in the same process that behaves, until a test tells it how not to: <see cref="OnRequest"/> sees every request first and
/// may answer it with any octets, or with none.
/// </summary>
internal sealed class ScriptedServer
{
    public static readonly byte[] FileContent = Encoding.ASCII.GetBytes("hello from the scripted server");

    private readonly ConcurrentQueue<Request> _requests = new();
    private readonly Dictionary<ushort, GssContext> _conversations = [];
    private ScriptedWire? _wire;
    private Smb1Signer? _signer;
    private uint _nextSequence;
    private ushort _lastUid = 99;

    public Smb1SecurityMode SecurityMode { get; init; } = Smb1SecurityMode.UserLevel | Smb1SecurityMode.EncryptPasswords | Smb1SecurityMode.SignaturesEnabled;

    public ushort MaxMpxCount { get; init; } = 10;

    public uint MaxBufferSize { get; init; } = 16644;

    public Smb1Capabilities Capabilities { get; init; } =
        Smb1Capabilities.Unicode | Smb1Capabilities.LargeFiles | Smb1Capabilities.NtSmbs | Smb1Capabilities.Status32 | Smb1Capabilities.ExtendedSecurity
        | Smb1Capabilities.LargeReadX | Smb1Capabilities.LargeWriteX;

    public Smb1Strings Strings { get; } = new(unicode: true, Encoding.Latin1);

    /// <summary>Answers a request in the server's place: messages to send, or null to let the server answer.</summary>
    public Func<Request, IEnumerable<byte[]>?> OnRequest { get; set; } = _ => null;

    public IReadOnlyCollection<Request> Requests => _requests;

    /// <summary>Completes when the client has closed.</summary>
    public Task Running => _wire?.Running ?? Task.CompletedTask;

    public static SmbCredential Credential => ScriptedAccounts.Alice;

    public int Count(Smb1Command command) => _requests.Count(r => r.Command == command);

    public SmbConnectionOptions Options(SmbClientContext context) => new()
    {
        Server = "scripted",
        Mechanisms = [GssMechanism.Ntlm],
        AllowSmb1 = true,
        MaxDialect = SmbDialect.NtLm012,
        Context = context,
        MessageSigningPolicy = SmbSigningState.Declined,
        TransportFactory = (_, _, _) =>
        {
            (SmbTransport client, _wire) = ScriptedWire.Create();
            _signer = null;
            _nextSequence = 0;
            _wire.Start(Handle);
            return Task.FromResult(client);
        },
    };

    /// <summary>A response to a request; signed where the connection is.</summary>
    public byte[] Reply<T>(Request request, T body, NtStatus status = NtStatus.Success, ushort? uid = null, uint? sequence = null, bool sign = true)
        where T : struct, ISmb1Body
    {
        byte[] buffer = new byte[Smb1Header.Size + body.MaxSize(Strings)];
        WireWriter writer = new(buffer);
        new Smb1Header
        {
            Command = request.Command,
            Status = (uint)status,
            Flags = Smb1Flags.Reply,
            Flags2 = request.Header.Flags2 | Smb1Flags2.NtStatus | Smb1Flags2.Unicode,
            PidHigh = request.Header.PidHigh,
            PidLow = request.Header.PidLow,
            Tid = request.Command == Smb1Command.TreeConnectAndX ? (ushort)7 : request.Header.Tid,
            Uid = uid ?? request.Header.Uid,
            Mid = request.Header.Mid,
        }.Write(ref writer);
        body.Write(ref writer, Strings);
        byte[] message = buffer[..writer.Position];
        if (sign && _signer is { } signer)
        {
            signer.Sign(message, default, sequence ?? request.Sequence + 1);
        }

        return message;
    }

    public byte[] Status(Request request, NtStatus status) => Reply(request, new TreeDisconnectBody(), status);

    /// <summary>Sends a message that no request asked for.</summary>
    public void Send(byte[] message) => _wire!.Send(message);

    public void Close() => _wire!.Close();

    private IEnumerable<byte[]> Handle(byte[] message)
    {
        Request request = Take(message);
        return OnRequest(request) ?? [Answer(request)];
    }

    private Request Take(byte[] message)
    {
        WireReader reader = new(message);
        Smb1Header header = Smb1Header.Read(ref reader);
        uint sequence = _nextSequence;
        if (_signer is { } signer)
        {
            Assert.True(signer.Verify(message, sequence), $"{header.Command} is not signed with sequence number {sequence}");
            _nextSequence += header.Command == Smb1Command.NtCancel ? 1u : 2u;
        }

        Request request = new(header, message, sequence);
        _requests.Enqueue(request);
        return request;
    }

    private byte[] Answer(Request request)
    {
        WireReader reader = new(request.Message);
        reader.Skip(Smb1Header.Size);
        switch (request.Command)
        {
            case Smb1Command.Negotiate:
                return Reply(request, new NegotiateResponse
                {
                    SecurityMode = SecurityMode,
                    MaxMpxCount = MaxMpxCount,
                    MaxBufferSize = MaxBufferSize,
                    Capabilities = Capabilities,
                    SecurityBlob = ScriptedAccounts.CreateAcceptor().Step(default).Token,
                    Challenge = Capabilities.HasFlag(Smb1Capabilities.ExtendedSecurity) ? default(ReadOnlyMemory<byte>) : new byte[8],
                });
            case Smb1Command.SessionSetupAndX:
                return Authenticate(request, SessionSetupExtendedRequest.Read(ref reader, Strings));
            case Smb1Command.TreeConnectAndX:
                return Reply(request, new TreeConnectResponse { Service = "A:", NativeFileSystem = "NTFS", MaximalShareAccessRights = 0x1FF, GuestMaximalShareAccessRights = 0 });
            case Smb1Command.NtCreateAndX:
                return Reply(request, new NtCreateResponse { Fid = 1, EndOfFile = (ulong)FileContent.Length });
            case Smb1Command.ReadAndX:
                ReadRequest read = ReadRequest.Read(ref reader, Strings);
                return Reply(request, new ReadResponse { Data = FileContent.Skip((int)read.Offset).Take((int)read.MaxCount).ToArray() });
            case Smb1Command.WriteAndX:
                return Reply(request, new WriteResponse { Count = WriteRequest.Read(ref reader, Strings).DataLength });
            case Smb1Command.Echo:
                return Reply(request, new EchoRequest { EchoCount = 1 });
            case Smb1Command.LogoffAndX:
                return Reply(request, new LogoffBody());
            default:
                return Status(request, NtStatus.Success);
        }
    }

    private byte[] Authenticate(Request request, SessionSetupExtendedRequest body)
    {
        ushort uid = request.Header.Uid;
        if (uid == 0 || !_conversations.TryGetValue(uid, out GssContext? conversation) || conversation.IsComplete)
        {
            uid = uid == 0 ? ++_lastUid : uid;
            _conversations[uid] = conversation = ScriptedAccounts.CreateAcceptor();
        }

        (NtStatus status, ReadOnlyMemory<byte> token) = ScriptedAccounts.Step(conversation, body.SecurityBlob.Span);
        uint? sequence = null;
        if (status == NtStatus.Success && _signer is null && request.Header.Flags2.HasFlag(Smb1Flags2.SecuritySignature))
        {
            _signer = new Smb1Signer(conversation.ExportSessionKey(), default);
            _nextSequence = 2;
            sequence = 1;
        }

        return Reply(request, new SessionSetupExtendedResponse { SecurityBlob = token, NativeOs = "", NativeLanMan = "" }, status, uid, sequence);
    }
}
