using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient.Gss;

namespace SmbClient.Connections;

/// <summary>
/// How a session was, or may be, authenticated. Part of a session's identity: a caller with another policy never gets this session,
/// since it may have come about in a way that he does not allow.
/// </summary>
internal sealed class AuthenticationPolicy : IEquatable<AuthenticationPolicy>
{
    public AuthenticationPolicy(SmbConnectionOptions options)
    {
        Mechanisms = [.. options.Mechanisms];
        ServicePrincipalName = options.ServicePrincipalName;
        UseRawNtlmssp = options.UseRawNtlmssp;
        UseServerHint = !options.IgnoreGssNegotiateToken;
        AllowNonExtendedSecurity = options.AllowNonExtendedSecurity;
        AllowNtlmV1 = options.AllowNtlmV1;
        AllowLanManager = options.AllowLanManager;
        AllowPlaintextPassword = options.AllowPlaintextPassword;
        Delegation = options.Delegation;
        ChannelBindings = options.ChannelBindings.ToArray();
    }

    /// <summary>The mechanisms under SPNEGO, the preferred first.</summary>
    public IReadOnlyList<GssMechanism> Mechanisms { get; }

    public string? ServicePrincipalName { get; }

    public bool UseRawNtlmssp { get; }

    public bool UseServerHint { get; }

    public bool AllowNonExtendedSecurity { get; }

    public bool AllowNtlmV1 { get; }

    public bool AllowLanManager { get; }

    public bool AllowPlaintextPassword { get; }

    public GssDelegationPolicy Delegation { get; }

    public ReadOnlyMemory<byte> ChannelBindings { get; }

    public bool Equals(AuthenticationPolicy? other) =>
        other is not null
        && Mechanisms.SequenceEqual(other.Mechanisms)
        && ServicePrincipalName == other.ServicePrincipalName
        && UseRawNtlmssp == other.UseRawNtlmssp
        && UseServerHint == other.UseServerHint
        && AllowNonExtendedSecurity == other.AllowNonExtendedSecurity
        && AllowNtlmV1 == other.AllowNtlmV1
        && AllowLanManager == other.AllowLanManager
        && AllowPlaintextPassword == other.AllowPlaintextPassword
        && Delegation == other.Delegation
        && ChannelBindings.Span.SequenceEqual(other.ChannelBindings.Span);

    public override bool Equals(object? obj) => Equals(obj as AuthenticationPolicy);

    public override int GetHashCode() => (UseRawNtlmssp, UseServerHint, AllowNonExtendedSecurity, AllowNtlmV1, Delegation).GetHashCode();
}
