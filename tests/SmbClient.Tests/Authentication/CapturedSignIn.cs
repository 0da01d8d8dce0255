using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Authentication;
using SmbClient.Tests.Vectors;

namespace SmbClient.Tests.Authentication;

/// <summary>An authenticator that says what Samba said in a captured sign-in, so that the captured answer is right.</summary>
internal static class CapturedSignIn
{
    public static byte[] Init { get; } = Convert.FromHexString(NtlmCapturedExchangeTests.Init);

    public static byte[] Challenge { get; } = Convert.FromHexString(NtlmCapturedExchangeTests.Challenge);

    public static byte[] Authenticate { get; } = Convert.FromHexString(NtlmCapturedExchangeTests.Authenticate);

    public static byte[] Final { get; } = Convert.FromHexString(NtlmCapturedExchangeTests.Final);

    /// <summary>NTLM NEGOTIATE, without SPNEGO.</summary>
    public static byte[] RawNegotiate { get; } = Init[34..];

    /// <summary>NTLM AUTHENTICATE, without SPNEGO.</summary>
    public static byte[] RawAuthenticate { get; } = Authenticate[16..406];

    public static SmbServerAuthenticator Authenticator(Func<SmbAuthenticatorOptions, SmbAuthenticatorOptions>? change = null)
    {
        SmbAuthenticatorOptions options = new()
        {
            NetBiosName = "SPECSRV",
            DnsName = "vm",
            Accounts = new MemoryAccountStore().Add("specuser", NtlmCapturedExchangeTests.Password),
            FailureDelay = SmbFailureDelay.None,
            TimeProvider = new FakeTimeProvider(DateTimeOffset.FromFileTime(0x01DD7AA0AF1E1618)),
            Random = new RepeatingRandom("bfbd4c7a41bccaf2"),
            NtlmVersion = [6, 1, 0, 0, 0, 0, 0, 15],
        };
        return new SmbServerAuthenticator(change?.Invoke(options) ?? options);
    }

    /// <summary>The last step of a conversation that is given these blobs, or the first that fails.</summary>
    public static async Task<SmbAuthStep> GiveAsync(SmbServerAuthenticator authenticator, params byte[][] blobs)
    {
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        SmbAuthStep step = null!;
        foreach (byte[] blob in blobs)
        {
            step = await conversation.StepAsync(blob);
            if (step.State == SmbAuthState.Failed)
            {
                break;
            }
        }

        return step;
    }
}
