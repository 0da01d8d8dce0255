using System.Linq;
using System.Security.Cryptography;
using SmbClient.Gss.Ntlm;

namespace SmbClient.Gss;

/// <summary>Whether an initiator is bound to the channel that it comes by (gss-spnego-ntlm V10).</summary>
internal static class AcceptorBindings
{
    /// <summary>The failure and its reason, or null where the initiator is as bound as it must be.</summary>
    /// <param name="proven">The hash in the proof, 16 octets; zeros or null where the initiator is bound to nothing.</param>
    /// <param name="options">What this side has and demands.</param>
    /// <param name="isBound">True where the bindings were compared and are equal.</param>
    /// <param name="isAware">True where the initiator says that it binds itself wherever it has a channel: then nothing is wrong too.</param>
    public static (GssStatus Status, string Reason)? Check(byte[]? proven, GssAcceptorOptions options, out bool isBound, bool isAware = false)
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
}
