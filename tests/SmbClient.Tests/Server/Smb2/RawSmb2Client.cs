using System;
using System.Collections.Generic;
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
using SmbClient.Wire.Smb2;

namespace SmbClient.Tests.Server.Smb2;

/// <summary>One response: its header and the whole message.</summary>
internal sealed record RawResponse(Smb2Header Header, byte[] Message)
{
    public delegate T Decoder<T>(ref WireReader reader);

    public NtStatus Status => Header.NtStatus;

    public T Read<T>(Decoder<T> decode)
    {
        WireReader reader = new(Message);
        reader.Skip(Smb2Header.Size);
        return decode(ref reader);
    }
}

/// <summary>A client of SMB2 that does what a test tells it to, right or wrong, one message at a time.</summary>
internal sealed class RawSmb2Client : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly SmbTransport _transport;
    private PreauthIntegrity _preauth = new();

    private RawSmb2Client(SmbTransport transport)
    {
        _transport = transport;
    }

    public ulong NextMessageId { get; set; }

    public ulong SessionId { get; set; }

    public uint TreeId { get; set; }

    public SmbDialect Dialect { get; private set; }

    public SmbCipher? Cipher { get; private set; }

    public SmbSigningAlgorithm Signing { get; private set; }

    public Smb2Signer? Signer { get; set; }

    public Smb2Sealer? Sealer { get; set; }

    public Smb2Sealer? Opener { get; set; }

    /// <summary>How it signs in.</summary>
    public GssMechanism Mechanism { get; set; } = new NtlmMechanism();

    public static async Task<RawSmb2Client> ConnectAsync(SmbServer server)
    {
        SmbConnectionOptions options = server.InMemory(new SmbConnectionOptions { Server = "memory" });
        return new RawSmb2Client(await options.TransportFactory!("memory", 445, default));
    }

    /// <summary>Connects, negotiates, signs in, and connects to the share "share".</summary>
    public static async Task<RawSmb2Client> SignInAsync(SmbServer server, SmbDialect dialect = SmbDialect.Smb311, SmbSigningAlgorithm signing = SmbSigningAlgorithm.AesCmac, GssMechanism? mechanism = null)
    {
        RawSmb2Client client = await ConnectAsync(server);
        client.Mechanism = mechanism ?? client.Mechanism;
        await client.NegotiateAsync(dialect, signing);
        RawResponse end = await client.SetUpSessionAsync("alice", "secret");
        Xunit.Assert.Equal(NtStatus.Success, end.Status);
        RawResponse tree = await client.AskAsync(new TreeConnectRequest { Path = @"\\server\share" });
        Xunit.Assert.Equal(NtStatus.Success, tree.Status);
        client.TreeId = tree.Header.TreeId;
        return client;
    }

    public async Task<RawResponse> NegotiateAsync(SmbDialect dialect, SmbSigningAlgorithm signing = SmbSigningAlgorithm.AesCmac)
    {
        byte[] request = Build(new NegotiateRequest
        {
            SecurityMode = Smb2SecurityMode.SigningEnabled,
            Capabilities = dialect >= SmbDialect.Smb300 ? Smb2Capabilities.Encryption | Smb2Capabilities.LargeMtu : 0,
            ClientGuid = Guid.NewGuid(),
            Dialects = [dialect],
            Contexts = new Smb2NegotiateContexts
            {
                PreauthIntegrity = new Smb2PreauthIntegrity([1], new byte[32]),
                Encryption = [SmbCipher.Aes128Gcm],
                Signing = [signing],
            },
        });
        _preauth.Update(request);
        RawResponse response = await ExchangeAsync(request);
        _preauth.Update(response.Message);
        Dialect = dialect;
        Signing = dialect == SmbDialect.Smb311 ? signing : dialect >= SmbDialect.Smb300 ? SmbSigningAlgorithm.AesCmac : SmbSigningAlgorithm.HmacSha256;
        Cipher = dialect == SmbDialect.Smb311 ? SmbCipher.Aes128Gcm : dialect >= SmbDialect.Smb300 ? SmbCipher.Aes128Ccm : null;
        return response;
    }

    /// <summary>A whole sign-in; the keys are there afterwards.</summary>
    public async Task<RawResponse> SetUpSessionAsync(string user, string password)
    {
        PreauthIntegrity preauth = _preauth.Clone();
        using GssContext context = (await new SpnegoMechanism([Mechanism]).CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password(user, password), TargetName = "cifs/server" }, default)).Context!;
        ReadOnlyMemory<byte> token = context.Step(default).Token;
        SessionId = 0;
        while (true)
        {
            byte[] request = Build(new SessionSetupRequest { SecurityMode = Smb2SecurityMode.SigningEnabled, SecurityBuffer = token });
            preauth.Update(request);
            RawResponse response = await ExchangeAsync(request);
            SessionId = response.Header.SessionId;
            if (response.Status is not (NtStatus.MoreProcessingRequired or NtStatus.Success))
            {
                return response;
            }

            token = context.Step(response.Read(SessionSetupResponse.Read).SecurityBuffer.Span).Token;
            if (response.Status == NtStatus.Success)
            {
                using Smb2SessionKeys keys = Smb2SessionKeys.Derive(Dialect, Cipher, context.ExportSessionKey(), Dialect == SmbDialect.Smb311 ? preauth.Value : default);
                Signer = Smb2Signer.Create(Signing, keys.SigningKey);
                if (Cipher is { } cipher)
                {
                    Sealer = new Smb2Sealer(cipher, keys.EncryptionKey);
                    Opener = new Smb2Sealer(cipher, keys.DecryptionKey);
                }

                Xunit.Assert.True(Signer.Verify(response.Message, default), "The end of the session setup is not signed");
                return response;
            }

            preauth.Update(response.Message);
        }
    }

    /// <summary>The first leg of a sign-in that goes no further.</summary>
    public async Task<RawResponse> BeginSessionAsync()
    {
        SessionId = 0;
        using GssContext context = (await new SpnegoMechanism([new NtlmMechanism()]).CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password("alice", "secret"), TargetName = "cifs/server" }, default)).Context!;
        return await ExchangeAsync(Build(new SessionSetupRequest { SecurityMode = Smb2SecurityMode.SigningEnabled, SecurityBuffer = context.Step(default).Token }));
    }

    public async Task<FileId> OpenAsync(string name, CreateDisposition disposition = CreateDisposition.OpenIf)
    {
        RawResponse response = await AskAsync(Create(name, disposition));
        Xunit.Assert.Equal(NtStatus.Success, response.Status);
        return response.Read(CreateResponse.Read).FileId;
    }

    public static CreateRequest Create(string name, CreateDisposition disposition = CreateDisposition.OpenIf) => new()
    {
        Name = name,
        DesiredAccess = AccessMask.ReadData | AccessMask.WriteData | AccessMask.ReadAttributes | AccessMask.Delete,
        ShareAccess = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete,
        CreateDisposition = disposition,
    };

    /// <summary>Sends a request, signed where there is a key, and takes the next message.</summary>
    public Task<RawResponse> AskAsync<T>(T body, byte[]? data = null)
        where T : struct, ISmb2Body =>
        ExchangeAsync(Sign(Build(body, data)));

    public async Task<RawResponse> ExchangeAsync(byte[] frame)
    {
        await SendAsync(frame);
        return (await ReceiveAsync())!;
    }

    public byte[] Build<T>(T body, byte[]? data = null, int charge = 1, Smb2HeaderFlags flags = 0, ulong? messageId = null, ulong? sessionId = null, uint? treeId = null)
        where T : struct, ISmb2Body
    {
        byte[] buffer = new byte[Smb2Header.Size + body.Size + (data?.Length ?? 0)];
        WireWriter writer = new(buffer);
        new Smb2Header
        {
            Command = body.Command,
            CreditCharge = (ushort)charge,
            Credits = 64,
            Flags = flags,
            MessageId = messageId ?? NextMessageId,
            TreeId = treeId ?? TreeId,
            SessionId = sessionId ?? SessionId,
        }.Write(ref writer);
        body.Write(ref writer);
        writer.Bytes(data);
        if (messageId is null && body.Command != Smb2Command.Cancel)
        {
            NextMessageId += (ulong)charge;
        }

        return buffer[..writer.Position];
    }

    public byte[] Sign(byte[] message)
    {
        Signer?.Sign(message, default);
        return message;
    }

    public byte[] Seal(byte[] message, ulong? sessionId = null)
    {
        byte[] frame = new byte[Smb2Sealer.HeaderSize + message.Length];
        Sealer!.Seal(sessionId ?? SessionId, message, default, frame);
        return frame;
    }

    public async Task SendAsync(byte[] frame)
    {
        using MessageBuffer buffer = MessageBuffer.Rent(frame.Length);
        frame.CopyTo(buffer.Span);
        await _transport.SendAsync(buffer, default, default);
    }

    /// <summary>The next message, opened where it is sealed; null when the server has closed.</summary>
    public async Task<RawResponse?> ReceiveAsync()
    {
        using MessageBuffer? message = await _transport.ReceiveAsync(0xFFFFFF, default).AsTask().WaitAsync(Limit);
        if (message is null)
        {
            return null;
        }

        byte[] octets = message.Span.ToArray();
        if (octets[0] == 0xFD)
        {
            Xunit.Assert.True(Opener!.TryOpen(octets));
            octets = octets[Smb2Sealer.HeaderSize..];
        }

        WireReader reader = new(octets);
        return new RawResponse(Smb2Header.Read(ref reader), octets);
    }

    /// <summary>The server closes the connection, whatever it sends before.</summary>
    public async Task IsClosedAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }
    }

    public static IEnumerable<RawResponse> Split(RawResponse frame)
    {
        ReadOnlyMemory<byte> rest = frame.Message;
        while (true)
        {
            WireReader reader = new(rest);
            Smb2Header header = Smb2Header.Read(ref reader);
            yield return new RawResponse(header, (header.NextCommand == 0 ? rest : rest[..(int)header.NextCommand]).ToArray());
            if (header.NextCommand == 0)
            {
                yield break;
            }

            rest = rest[(int)header.NextCommand..];
        }
    }

    public void Dispose() => _transport.Dispose();
}
