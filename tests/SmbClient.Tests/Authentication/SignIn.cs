using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Gss;

namespace SmbClient.Tests.Authentication;

/// <summary>A client and a conversation in memory, and what may be done to the blobs on their way.</summary>
internal sealed class SignIn
{
    public const string User = Gss.Exchange.User;
    public const string Password = Gss.Exchange.Password;

    public static SmbAuthPeer Peer { get; } = new() { RemoteAddress = "192.0.2.7", Protocol = "SMB 3.1.1" };

    public GssMechanism Mechanism { get; init; } = Gss.Exchange.Spnego;

    public GssCredential Credential { get; init; } = GssCredential.Password(User, Password);

    public SmbAuthPeer From { get; init; } = Peer;

    public string TargetName { get; init; } = "cifs/server";

    public bool StartWithHint { get; init; }

    public ReadOnlyMemory<byte> ChannelBindings { get; init; }

    /// <summary>Receives each blob with its number, from 0 by the client, and gives what arrives.</summary>
    public Func<int, byte[], byte[]> OnTheWay { get; init; } = (_, blob) => blob;

    public List<byte[]> Blobs { get; } = [];

    public SmbAuthStep End { get; private set; } = null!;

    public GssContext Client { get; private set; } = null!;

    public GssStep ClientEnd { get; private set; }

    public static SmbAuthenticatorOptions Options(FakeTimeProvider? clock = null) => new()
    {
        NetBiosName = "SERVER",
        NetBiosDomain = "LAB",
        DnsName = "server.lab.test",
        DnsDomain = "lab.test",
        Accounts = new MemoryAccountStore().Add(User, Password),
        FailureDelay = SmbFailureDelay.None,
        TimeProvider = clock ?? new FakeTimeProvider(Gss.Exchange.Now),
    };

    public static GssMechanism Spnego(params GssMechanism[] mechanisms) => new SpnegoMechanism(mechanisms);

    public static SmbServerAuthenticator Authenticator(Func<SmbAuthenticatorOptions, SmbAuthenticatorOptions>? change = null) => new(change?.Invoke(Options()) ?? Options());

    public async Task<SignIn> RunAsync(SmbServerAuthenticator authenticator)
    {
        using SmbAuthConversation conversation = authenticator.Begin(From);
        return await RunAsync(conversation, StartWithHint ? authenticator.NegotiateHint() : default);
    }

    /// <summary>Until one side fails, or neither has anything to say.</summary>
    public async Task<SignIn> RunAsync(SmbAuthConversation conversation, ReadOnlyMemory<byte> token = default)
    {
        Client = (await Mechanism.CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = Credential, TargetName = TargetName, ChannelBindings = ChannelBindings, TimeProvider = new FakeTimeProvider(Gss.Exchange.Now) },
            CancellationToken.None)).Context!;
        while (true)
        {
            ClientEnd = Client.Step(token.Span);
            if (!ClientEnd.IsSuccess || ClientEnd.Token.IsEmpty)
            {
                return this;
            }

            End = await conversation.StepAsync(Deliver(ClientEnd.Token));
            if (End.State == SmbAuthState.Failed || End.Token.IsEmpty)
            {
                return this;
            }

            token = Deliver(End.Token);
        }
    }

    private byte[] Deliver(ReadOnlyMemory<byte> blob)
    {
        byte[] delivered = OnTheWay(Blobs.Count, blob.ToArray());
        Blobs.Add(delivered);
        return delivered;
    }
}
