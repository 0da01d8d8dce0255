using System;
using System.Collections.Generic;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>What an authenticator is made of. The defaults are strict; each is relaxed by one option.</summary>
public sealed record SmbAuthenticatorOptions
{
    private const int MaxNetBiosName = 15;

    /// <summary>The server's NetBIOS name: this machine's by default.</summary>
    public string NetBiosName { get; init; } = DefaultNetBiosName();

    /// <summary>The NetBIOS name of its domain; null for a server that is in none, which then is its own.</summary>
    public string? NetBiosDomain { get; init; }

    /// <summary>The server's DNS name; may be empty.</summary>
    public string DnsName { get; init; } = "";

    /// <summary>The DNS name of its domain; may be empty.</summary>
    public string DnsDomain { get; init; } = "";

    /// <summary>The DNS name of the forest; null leaves it out.</summary>
    public string? DnsForest { get; init; }

    /// <summary>
    /// The host names by which clients may mean this server, without case; null accepts any. A client that names another was lured here by someone else
    /// and gets STATUS_ACCESS_DENIED.
    /// </summary>
    public IReadOnlyCollection<string>? TargetHosts { get; init; }

    /// <summary>Refuses clients that do not say whom they mean. It needs <see cref="TargetHosts"/>.</summary>
    public bool RequireTargetName { get; init; }

    /// <summary>The mechanisms under SPNEGO, the preferred first: NTLMSSP by default.</summary>
    public IReadOnlyList<GssMechanism> Mechanisms { get; init; } = [GssMechanism.Ntlm];

    /// <summary>Takes NTLMSSP without SPNEGO around it too, as some clients send it.</summary>
    public bool AllowRawNtlmssp { get; init; } = true;

    /// <summary>Where NTLM accounts are; null has none, so that nobody signs in by NTLM.</summary>
    public INtlmAccountStore? Accounts { get; init; }

    /// <summary>Lets clients in who do not say who they are.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Lets the user <c>Guest</c> in, whatever its password, as a guest.</summary>
    public bool AllowGuest { get; init; }

    /// <summary>
    /// Lets users in as guests whom the account store does not know (Samba's <c>map to guest = Bad User</c>). A known user with a wrong password is
    /// still refused, so that everybody can find out which users there are.
    /// </summary>
    public bool MapToGuest { get; init; }

    /// <summary>Takes the challenge and response of SMB1 without extended security, [MS-CIFS] 3.3.5.43, which nothing protects from a relay.</summary>
    public bool AllowNonExtendedSecurity { get; init; }

    /// <summary>Refuses NTLMv2 without a message integrity code.</summary>
    public bool RequireMic { get; init; } = true;

    /// <summary>Refuses clients that can protect SPNEGO's list of mechanisms and do not.</summary>
    public bool RequireMechListMic { get; init; } = true;

    /// <summary>Takes NTLMv1 responses.</summary>
    public bool AllowNtlmV1 { get; init; }

    /// <summary>Takes LM and LMv2 responses that come alone.</summary>
    public bool AllowLanManager { get; init; }

    /// <summary>Refuses clients that are not bound to the channel of <see cref="SmbAuthPeer.ChannelBindings"/>.</summary>
    public bool RequireChannelBindings { get; init; }

    /// <summary>
    /// Kerberos: refuses users of whom no domain controller says who they are: tickets without a PAC, with one that nobody has verified, or without
    /// logon information in it. Off, such users have a name and a realm and no SIDs, as all users of a realm without Active Directory do.
    /// </summary>
    public bool RequirePac { get; init; }

    /// <summary>
    /// Tells a client that has proven its password that the account is disabled, locked or expired. Otherwise an unknown user, a wrong password and such
    /// an account get one status, STATUS_LOGON_FAILURE, in one time.
    /// </summary>
    public bool DiscloseAccountState { get; init; }

    /// <summary>How repeated failures are slowed down; <see cref="SmbFailureDelay.None"/> switches it off.</summary>
    public SmbFailureDelay FailureDelay { get; init; } = new();

    /// <summary>How long a challenge may be answered.</summary>
    public TimeSpan ChallengeLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a conversation waits for its client; then it is ended.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the account store may take; then the client gets STATUS_NO_LOGON_SERVERS.</summary>
    public TimeSpan AccountTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Octets of one token at most, put together from its fragments.</summary>
    public int MaxTokenLength { get; init; } = 65535;

    /// <summary>Conversations at once at most.</summary>
    public int MaxConversations { get; init; } = 256;

    /// <summary>Blobs that one conversation takes at most.</summary>
    public int MaxLegs { get; init; } = 10;

    /// <summary>Octets that one conversation takes at most, in all its blobs.</summary>
    public int MaxOctets { get; init; } = 256 * 1024;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the audit records go: one for each conversation, no secret in it.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    internal GssRandom Random { get; init; } = GssRandom.System;

    /// <summary>What NTLM says of this machine; replaced only by tests that repeat captured exchanges.</summary>
    internal byte[] NtlmVersion { get; init; } = Gss.Ntlm.NtlmMessage.OwnVersion;

    internal GssAcceptorOptions ToAcceptorOptions(SmbAuthPeer peer) => new()
    {
        NetBiosComputerName = NetBiosName,
        NetBiosDomainName = NetBiosDomain ?? NetBiosName,
        DnsComputerName = DnsName,
        DnsDomainName = DnsDomain,
        DnsTreeName = DnsForest,
        TargetHosts = TargetHosts,
        RequireTargetName = RequireTargetName,
        RequireMic = RequireMic,
        RequireMechListMic = RequireMechListMic,
        AllowNtlmV1 = AllowNtlmV1,
        AllowLanManager = AllowLanManager,
        AllowAnonymous = AllowAnonymous,
        ChannelBindings = peer.ChannelBindings,
        RequireChannelBindings = RequireChannelBindings,
        ChallengeLifetime = ChallengeLifetime,
        MaxTokenLength = MaxTokenLength,
        TimeProvider = TimeProvider,
        Random = Random,
        NtlmVersion = NtlmVersion,
    };

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(NetBiosName);
        ArgumentNullException.ThrowIfNull(Mechanisms);
        ArgumentNullException.ThrowIfNull(FailureDelay);
        RequirePositive(MaxTokenLength, nameof(MaxTokenLength));
        RequirePositive(MaxConversations, nameof(MaxConversations));
        RequirePositive(MaxLegs, nameof(MaxLegs));
        RequirePositive(MaxOctets, nameof(MaxOctets));
        RequirePositive(IdleTimeout.Ticks, nameof(IdleTimeout));
        RequirePositive(AccountTimeout.Ticks, nameof(AccountTimeout));
        RequirePositive(FailureDelay.MaxEntries, nameof(FailureDelay));
        if (RequireTargetName && TargetHosts is null)
        {
            throw new ArgumentException($"{nameof(RequireTargetName)} needs {nameof(TargetHosts)}.", nameof(RequireTargetName));
        }
    }

    private static void RequirePositive(long value, string name)
    {
        if (value <= 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive.");
        }
    }

    private static string DefaultNetBiosName()
    {
        string host = Environment.MachineName.Split('.')[0].ToUpperInvariant();
        return host.Length == 0 ? "SERVER" : host.Length > MaxNetBiosName ? host.Substring(0, MaxNetBiosName) : host;
    }
}
