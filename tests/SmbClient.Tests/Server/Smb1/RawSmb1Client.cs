using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Protection;
using SmbClient.Server;
using SmbClient.Transports;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Tests.Server.Smb1;

/// <summary>A client of SMB1 that does what a test tells it to, right or wrong, one message at a time.</summary>
internal sealed class RawSmb1Client : IDisposable
{
    private const ushort Pid = 77;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly SmbTransport _transport;
    private Smb1Signer? _signer;
    private uint _nextSequence;
    private ushort _lastMid;

    private RawSmb1Client(SmbTransport transport)
    {
        _transport = transport;
    }

    public ushort Uid { get; set; }

    public ushort Tid { get; set; } = Smb1Header.NoTid;

    public Smb1Flags2 Flags2 { get; set; } = Smb1Flags2.LongNames | Smb1Flags2.NtStatus | Smb1Flags2.Unicode | Smb1Flags2.ExtendedSecurity;

    public Smb1Strings Strings => new((Flags2 & Smb1Flags2.Unicode) != 0, Encoding.Latin1);

    public bool IsSigning => _signer is not null;

    /// <summary>How it signs in.</summary>
    public GssMechanism Mechanism { get; set; } = new NtlmMechanism();

    public static async Task<RawSmb1Client> ConnectAsync(SmbServer server)
    {
        SmbConnectionOptions options = server.InMemory(new SmbConnectionOptions { Server = "memory" });
        return new RawSmb1Client(await options.TransportFactory!("memory", 445, default));
    }

    /// <summary>Connects, negotiates, signs in, and connects to a share.</summary>
    public static async Task<RawSmb1Client> SignInAsync(SmbServer server, string share = "share", bool unicode = true, GssMechanism? mechanism = null)
    {
        RawSmb1Client client = await ConnectAsync(server);
        client.Mechanism = mechanism ?? client.Mechanism;
        client.Flags2 &= unicode ? client.Flags2 : ~Smb1Flags2.Unicode;
        await client.NegotiateAsync();
        Xunit.Assert.Equal(NtStatus.Success, (await client.SetUpSessionAsync("alice", "secret")).Status);
        RawSmb1Response tree = await client.AskAsync(Connect(share));
        Xunit.Assert.Equal(NtStatus.Success, tree.Status);
        client.Tid = tree.Header.Tid;
        return client;
    }

    public static TreeConnectRequest Connect(string share) => new() { Flags = 8, Password = new byte[1], Path = @"\\server\" + share, Service = "?????" };

    public static NtCreateRequest Create(string name, CreateDisposition disposition = CreateDisposition.OpenIf, AccessMask access = (AccessMask)0x0012019F) => new()
    {
        DesiredAccess = access | AccessMask.Delete,
        ShareAccess = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete,
        CreateDisposition = disposition,
        FileName = @"\" + name,
    };

    public Task<RawSmb1Response> NegotiateAsync(params string[] dialects) =>
        AskAsync(new NegotiateRequest { Dialects = dialects.Length == 0 ? ["PC NETWORK PROGRAM 1.0", "NT LM 0.12"] : dialects });

    /// <summary>A whole sign-in. Where the last answer is signed, so is everything after it.</summary>
    public async Task<RawSmb1Response> SetUpSessionAsync(string user, string password)
    {
        using GssContext context = (await new SpnegoMechanism([Mechanism]).CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password(user, password), TargetName = "cifs/server" }, default)).Context!;
        ReadOnlyMemory<byte> token = context.Step(default).Token;
        Uid = 0;
        while (true)
        {
            RawSmb1Response response = await AskAsync(SetUp(token));
            if (response.Status is not (NtStatus.MoreProcessingRequired or NtStatus.Success))
            {
                return response;
            }

            Uid = response.Header.Uid;
            token = context.Step(response.Read<SessionSetupExtendedResponse>(SessionSetupExtendedResponse.Read, Strings).SecurityBlob.Span).Token;
            if (response.Status == NtStatus.Success)
            {
                BeginSigning(response, context.ExportSessionKey());
                return response;
            }
        }
    }

    public static SessionSetupExtendedRequest SetUp(ReadOnlyMemory<byte> token) => new()
    {
        MaxBufferSize = 0xFFFF,
        MaxMpxCount = 2,
        VcNumber = 1,
        Capabilities = Smb1Capabilities.ExtendedSecurity | Smb1Capabilities.Unicode | Smb1Capabilities.Status32,
        SecurityBlob = token,
        NativeOs = "",
        NativeLanMan = "",
    };

    public async Task<ushort> OpenAsync(string name)
    {
        RawSmb1Response response = await AskAsync(Create(name));
        Xunit.Assert.Equal(NtStatus.Success, response.Status);
        return response.Read<NtCreateResponse>(NtCreateResponse.Read, Strings).Fid;
    }

    /// <summary>Sends one body in good order; the answer.</summary>
    public Task<RawSmb1Response> AskAsync(ISmb1Body body) => ExchangeAsync(Sign(Build(body)));

    /// <summary>The answer to one message, whose signature is checked.</summary>
    public async Task<RawSmb1Response> ExchangeAsync(byte[] message)
    {
        uint expected = unchecked(_nextSequence - 1);
        await SendAsync(message);
        RawSmb1Response response = await ReceiveAsync();
        Xunit.Assert.True(_signer is null || _signer.Verify(response.Message, expected), "The answer is not signed.");
        return response;
    }

    public async Task SendAsync(byte[] message)
    {
        using MessageBuffer buffer = MessageBuffer.Rent(message.Length);
        message.CopyTo(buffer.Span);
        await _transport.SendAsync(buffer, default, default);
    }

    public async Task<RawSmb1Response> ReceiveAsync()
    {
        using CancellationTokenSource limit = new(Limit);
        using MessageBuffer message = await _transport.ReceiveAsync(0xFFFFFF, limit.Token) ?? throw new EndOfStreamException("The server has closed.");
        byte[] octets = message.Memory.ToArray();
        WireReader reader = new(octets);
        return new RawSmb1Response(Smb1Header.Read(ref reader), octets);
    }

    /// <summary>Waits for the end of the connection, whatever comes before it.</summary>
    public async Task IsClosedAsync()
    {
        using CancellationTokenSource limit = new(Limit);
        while (await _transport.ReceiveAsync(0xFFFFFF, limit.Token) is { } message)
        {
            message.Dispose();
        }
    }

    /// <summary>A message of one command, or of a chain of them.</summary>
    public byte[] Build(params ReadOnlySpan<ISmb1Body> bodies)
    {
        byte[] buffer = new byte[0x20000];
        WireWriter writer = new(buffer);
        new Smb1Header
        {
            Command = bodies[0].Command,
            Flags = Smb1Flags.CaseInsensitive | Smb1Flags.CanonicalizedPaths,
            Flags2 = Flags2,
            PidLow = Pid,
            Tid = Tid,
            Uid = Uid,
            Mid = ++_lastMid,
        }.Write(ref writer);
        int previous = 0;
        foreach (ISmb1Body body in bodies)
        {
            if (previous != 0)
            {
                writer.Align(4);
                Smb1AndX.Chain(buffer, previous, body.Command, writer.Position);
            }

            previous = writer.Position;
            body.Write(ref writer, Strings);
        }

        return buffer[..writer.Position];
    }

    /// <summary>Signs a message with the next number, if messages are signed.</summary>
    public byte[] Sign(byte[] message)
    {
        if (_signer is not null)
        {
            _signer.Sign(message, default, _nextSequence);
            _nextSequence += message[4] == (byte)Smb1Command.NtCancel ? 1u : 2u;
        }

        return message;
    }

    public void Dispose()
    {
        _transport.Dispose();
        _signer?.Dispose();
    }

    private void BeginSigning(RawSmb1Response response, byte[] key)
    {
        Smb1Signer signer = new(key, default);
        if (_signer is null && (response.Header.Flags2 & Smb1Flags2.SecuritySignature) != 0 && signer.Verify(response.Message, 1))
        {
            _signer = signer;
            _nextSequence = 2;
        }
    }
}
