using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;

namespace SmbClient.Connections;

/// <summary>The client's mechanisms, in the order of preference.</summary>
internal static class ClientMechanisms
{
    private static readonly GssMechanism Ntlm = new NtlmMechanism();
    private static readonly GssMechanism Spnego = new SpnegoMechanism([Ntlm]);

    public static GssMechanism Select(AuthenticationPolicy policy) => policy.UseRawNtlmssp ? Ntlm : Spnego;
}
