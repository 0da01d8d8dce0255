using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Connections;
using SmbClient.Gss;
using SmbClient.Transports;

namespace SmbClient;

/// <summary>
/// What may be set about a connection. The values are copied and checked once, at <see cref="SmbConnection.OpenAsync(SmbConnectionOptions, SmbCredential, CancellationToken)"/>;
/// later changes have no effect. The defaults are strict: every option that relaxes security is off.
/// </summary>
public sealed record SmbConnectionOptions
{
    /// <summary>The server: a name, an address, <c>\\server</c>, or <c>smb://server:port</c>. It is also the target name, <c>cifs/server</c>.</summary>
    public required string Server { get; init; }

    /// <summary>
    /// Where the server is reached, a name or an address, if that is not what <see cref="Server"/> says: a tunnel's end, one node of a cluster. The
    /// server still has to prove that it is the one of <see cref="Server"/>.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>The TCP port; 0 for the transport's own (445, or 139 for NetBIOS) or for the port in <see cref="Server"/>.</summary>
    public int Port { get; init; }

    /// <summary>How messages reach the server.</summary>
    public SmbTransportKind Transport { get; init; } = SmbTransportKind.DirectTcp;

    /// <summary>
    /// The server's NetBIOS name for <see cref="SmbTransportKind.NetBios"/>, at most 15 characters; null tries <c>*SMBSERVER</c>,
    /// then the first label of <see cref="Server"/>.
    /// </summary>
    public string? NetBiosName { get; init; }

    /// <summary>The oldest dialect to speak; <see cref="AllowSmb1"/> goes below it.</summary>
    public SmbDialect MinDialect { get; init; } = SmbDialect.Smb202;

    /// <summary>The newest dialect to speak.</summary>
    public SmbDialect MaxDialect { get; init; } = SmbDialect.Smb311;

    /// <summary>
    /// Allows SMB1 ("NT LM 0.12") with servers that speak nothing better. Off by default: SMB1 has no encryption, and where it is offered nothing
    /// protects the negotiation from a downgrade to it.
    /// </summary>
    public bool AllowSmb1 { get; init; }

    /// <summary>When messages are sealed.</summary>
    public SmbEncryptionPolicy Encryption { get; init; } = SmbEncryptionPolicy.IfServerRequires;

    /// <summary>The ciphers to offer, the best liked first: each at most once. SMB 3.0 and 3.0.2 know AES-128-CCM only.</summary>
    public IReadOnlyList<SmbCipher> Ciphers { get; init; } = [SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm, SmbCipher.Aes256Gcm, SmbCipher.Aes256Ccm];

    /// <summary>The signing algorithms to offer in SMB 3.1.1, the best liked first: each at most once. Older dialects have one each.</summary>
    public IReadOnlyList<SmbSigningAlgorithm> SigningAlgorithms { get; init; } = [SmbSigningAlgorithm.AesGmac, SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.HmacSha256];

    /// <summary>Client.MessageSigningPolicy for this connection; null for that of the <see cref="SmbClientContext"/>, which is Required unless set.</summary>
    public SmbSigningState? MessageSigningPolicy { get; init; }

    /// <summary>Accepts being signed in as guest although a user was named. Guests cannot sign.</summary>
    public bool AllowGuest { get; init; }

    /// <summary>
    /// Client.SupportsExtendedSecurity: offers SPNEGO in the negotiation. False only for servers that cannot bear the offer;
    /// it needs <see cref="AllowNonExtendedSecurity"/>.
    /// </summary>
    public bool OfferExtendedSecurity { get; init; } = true;

    /// <summary>Accepts servers without extended security: NTLM outside SPNEGO, without a message integrity code.</summary>
    public bool AllowNonExtendedSecurity { get; init; }

    /// <summary>Lets NTLMv1 responses go out where NTLMv2 is not possible. They can be cracked.</summary>
    public bool AllowNtlmV1 { get; init; }

    /// <summary>Lets LM responses go out beside NTLMv1. They can be cracked in minutes.</summary>
    public bool AllowLanManager { get; init; }

    /// <summary>Sends the password in the clear to a server without challenge/response.</summary>
    public bool AllowPlaintextPassword { get; init; }

    /// <summary>
    /// The mechanisms to offer under SPNEGO, the preferred first: Kerberos where it can serve the credential, else NTLM. Kerberos alone refuses servers
    /// that it does not reach.
    /// </summary>
    public IReadOnlyList<GssMechanism> Mechanisms { get; init; } = [GssMechanism.Kerberos, GssMechanism.Ntlm];

    /// <summary>
    /// The service to authenticate to, such as <c>cifs/files.example.com@EXAMPLE.COM</c> (the realm may be left out); null for <c>cifs/</c> and the
    /// server as it was named.
    /// </summary>
    public string? ServicePrincipalName { get; init; }

    /// <summary>Speaks NTLMSSP without SPNEGO around it, which loses the protected choice of the mechanism.</summary>
    public bool UseRawNtlmssp { get; init; }

    /// <summary>
    /// Starts with an empty input token instead of the server's GSSNegotiateToken: the second of the two ways of [MS-SMB] 3.2.4.2.4.
    /// The token is not authenticated and serves as a hint only, so both are equally safe.
    /// </summary>
    public bool IgnoreGssNegotiateToken { get; init; }

    /// <summary>Whether the server gets a credential to act in the user's name, where the mechanism can delegate.</summary>
    public GssDelegationPolicy Delegation { get; init; } = GssDelegationPolicy.WhenTrusted;

    /// <summary>Application data of the channel that carries the connection ([RFC5056]); empty for none. It is not copied.</summary>
    public ReadOnlyMemory<byte> ChannelBindings { get; init; }

    /// <summary>Whether users share a connection.</summary>
    public SmbConnectionSharing Sharing { get; init; } = SmbConnectionSharing.PerServer;

    /// <summary>The longest time for reaching the server, negotiating and signing in, each.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The longest wait for an answer (SessionTimeoutValue of [MS-CIFS] 3.2.1.1). A server that exceeds it loses the connection.
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Octets of one read or write of a large transfer, which goes in several side by side: at least 4,096, and never more than the server takes
    /// (8 MiB, for most). Some memory of this size is held for each request that is under way.
    /// </summary>
    public int TransferSize { get; init; } = 1 << 20;

    /// <summary>
    /// Reads or writes of one large transfer that are under way at once, 1 to 256; null adapts it to the round-trip time and to what the server allows.
    /// </summary>
    public int? TransferDepth { get; init; }

    /// <summary>The server's eight-bit code page, for SMB1 servers without Unicode; null for ISO 8859-1.</summary>
    public Encoding? OemEncoding { get; init; }

    /// <summary>Where the connection logs; null for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The owner of the connection; null for <see cref="SmbClientContext.Shared"/>.</summary>
    public SmbClientContext? Context { get; init; }

    /// <summary>Replaces the network, for tests: server, port, token.</summary>
    internal Func<string, int, CancellationToken, Task<SmbTransport>>? TransportFactory { get; init; }

    /// <summary>Throws for values that no connection can have.</summary>
    internal void Validate()
    {
        if (Port is < 0 or > 65535)
        {
            throw new ArgumentOutOfRangeException(nameof(Port), Port, "A TCP port is a number from 0 (for the default) to 65535.");
        }

        if (new DialectSet(this).IsEmpty)
        {
            throw new ArgumentException(
                $"{nameof(MinDialect)} {MinDialect}, {nameof(MaxDialect)} {MaxDialect} and {nameof(AllowSmb1)} {AllowSmb1} leave no dialect to speak. "
                + $"SMB1 is off by default because it cannot be encrypted; {nameof(AllowSmb1)} turns it on.",
                nameof(MaxDialect));
        }

        CheckList(Ciphers, nameof(Ciphers));
        CheckList(SigningAlgorithms, nameof(SigningAlgorithms));
        if (SigningAlgorithms.Contains(SmbSigningAlgorithm.Md5))
        {
            throw new ArgumentException("MD5 signatures are SMB1's and cannot be offered.", nameof(SigningAlgorithms));
        }

        if (Encryption == SmbEncryptionPolicy.Required && (MaxDialect < SmbDialect.Smb300 || Ciphers.Count == 0))
        {
            throw new ArgumentException($"{nameof(Encryption)} is Required, but it takes SMB 3.0 or later and a cipher: see {nameof(MaxDialect)} and {nameof(Ciphers)}.", nameof(Encryption));
        }

        if (TransferSize is < 4096 or > 8 << 20)
        {
            throw new ArgumentOutOfRangeException(nameof(TransferSize), TransferSize, "One read or write takes 4,096 to 8,388,608 octets.");
        }

        if (TransferDepth is < 1 or > 256)
        {
            throw new ArgumentOutOfRangeException(nameof(TransferDepth), TransferDepth, "From 1 to 256 requests of a transfer may be under way at once; null adapts.");
        }

        if (Mechanisms is not { Count: > 0 } || Mechanisms.Any(m => m is null))
        {
            throw new ArgumentException("At least one mechanism is needed to sign in.", nameof(Mechanisms));
        }

        if (ServicePrincipalName is { } name && name.IndexOf('/') <= 0)
        {
            throw new ArgumentException($"'{name}' is not the name of a service, such as cifs/files.example.com.", nameof(ServicePrincipalName));
        }

        CheckTimeout(ConnectTimeout, nameof(ConnectTimeout));
        CheckTimeout(RequestTimeout, nameof(RequestTimeout));
        if (NetBiosName is { Length: 0 or > 15 })
        {
            throw new ArgumentException("A NetBIOS name has 1 to 15 characters.", nameof(NetBiosName));
        }

        if (!OfferExtendedSecurity && !AllowNonExtendedSecurity)
        {
            throw new ArgumentException($"Without {nameof(OfferExtendedSecurity)} only {nameof(AllowNonExtendedSecurity)} can sign in.", nameof(OfferExtendedSecurity));
        }

        if (AllowLanManager && !AllowNtlmV1)
        {
            throw new ArgumentException($"{nameof(AllowLanManager)} adds LM responses to NTLMv1 ones: set {nameof(AllowNtlmV1)} too.", nameof(AllowLanManager));
        }
    }

    private static void CheckList<T>(IReadOnlyList<T> list, string name)
        where T : struct, Enum
    {
        if (list is null || list.Distinct().Count() != list.Count || list.Any(v => !Enum.IsDefined(typeof(T), v)))
        {
            throw new ArgumentException($"{name} lists known values, each at most once.", name);
        }
    }

    private static void CheckTimeout(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "A time limit is positive, or Timeout.InfiniteTimeSpan.");
        }
    }
}
