using System;
using System.Linq;
using System.Security.Cryptography;
using SmbClient.Gss.Ntlm;

namespace SmbClient.Gss;

/// <summary>What <see cref="GssAcceptorOptions"/> demand of a proof, whatever mechanism it is of (gss-spnego-ntlm V10, V13).</summary>
internal static class AcceptorRequirements
{
    /// <summary>The failure and its reason, or null where the initiator is as bound as it must be.</summary>
    /// <param name="options">What this side has and demands.</param>
    /// <param name="proven">The hash in the proof, 16 octets; zeros or null where the initiator is bound to nothing.</param>
    /// <param name="isBound">True where the bindings were compared and are equal.</param>
    /// <param name="isAware">True where the initiator says that it binds itself wherever it has a channel: then nothing is wrong too.</param>
    public static (GssStatus Status, string Reason)? CheckBindings(GssAcceptorOptions options, byte[]? proven, out bool isBound, bool isAware = false)
    {
        isBound = false;
        bool hasBindings = proven is not null && proven.Any(b => b != 0);
        if (options.ChannelBindings.IsEmpty)
        {
            // An initiator may be bound to a channel of which this side knows nothing; one that must be is bound to nothing that can be compared.
            return options.RequireChannelBindings
                ? (GssStatus.BadBindings, $"{nameof(GssAcceptorOptions.RequireChannelBindings)} is set, but this side has no channel bindings")
                : null;
        }

        if (!hasBindings)
        {
            return options.RequireChannelBindings || isAware ? (GssStatus.BadBindings, "the client is not bound to the channel") : null;
        }

        isBound = CryptographicOperations.FixedTimeEquals(NtlmKeys.ChannelBindingHash(options.ChannelBindings.Span), proven);
        return isBound ? null : (GssStatus.BadBindings, "the channel bindings differ");
    }

    /// <summary>The failure and its reason, or null where the initiator means this host, or may mean any.</summary>
    /// <param name="options">The names of this host.</param>
    /// <param name="target">Whom the initiator means, <c>cifs/host</c> or <c>host/host</c>; empty where it does not say.</param>
    public static (GssStatus Status, string Reason)? CheckTarget(GssAcceptorOptions options, string target)
    {
        if (target.Length == 0)
        {
            return options.RequireTargetName ? (GssStatus.Unauthorized, "the client does not say whom it means") : null;
        }

        if (options.TargetHosts is not { } hosts)
        {
            return null;
        }

        string[] parts = target.Split('/');
        bool isOurs = parts.Length >= 2
            && (parts[0].Equals("cifs", StringComparison.OrdinalIgnoreCase) || parts[0].Equals("host", StringComparison.OrdinalIgnoreCase))
            && hosts.Contains(parts[1], StringComparer.OrdinalIgnoreCase);
        return isOurs ? null : (GssStatus.Unauthorized, $"the client meant '{target}'");
    }
}
