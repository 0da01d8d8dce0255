using System;
using System.Linq;

namespace SmbClient.Gss;

/// <summary>Whether an initiator meant this acceptor, or was lured here by somebody else.</summary>
internal static class AcceptorTarget
{
    /// <summary>The failure and its reason, or null where the name is one of ours.</summary>
    /// <param name="target">The service that the initiator meant, without a realm; empty where it did not say.</param>
    /// <param name="options">The names by which this acceptor may be meant.</param>
    public static (GssStatus Status, string Reason)? Check(string target, GssAcceptorOptions options)
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
