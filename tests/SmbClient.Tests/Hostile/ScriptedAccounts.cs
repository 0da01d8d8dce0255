using System;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;

namespace SmbClient.Tests.Hostile;

/// <summary>The users of the scripted servers, and how they sign in: SPNEGO with NTLM, by our own acceptor.</summary>
internal static class ScriptedAccounts
{
    public static SmbCredential Alice { get; } = SmbCredential.FromPassword("alice", "secret");

    public static SmbCredential Bob { get; } = SmbCredential.FromPassword("bob", "hidden");

    public static GssContext CreateAcceptor() => new SpnegoMechanism([new NtlmMechanism()]).CreateAcceptor(new GssAcceptorOptions
    {
        NetBiosComputerName = "SCRIPTED",
        NetBiosDomainName = "SCRIPTED",
        AllowAnonymous = true,
    })!;

    /// <summary>One leg of a sign-in: the status and the token to answer with.</summary>
    public static (NtStatus Status, ReadOnlyMemory<byte> Token) Step(GssContext conversation, ReadOnlySpan<byte> token)
    {
        GssStep step = conversation.Step(token);
        if (step.Status == GssStatus.NeedsAccount)
        {
            step = conversation.SupplyAccount(step.User switch
            {
                "alice" => Alice.Gss.CopyNtHash()!,
                "bob" => Bob.Gss.CopyNtHash()!,
                _ => [],
            });
        }

        NtStatus status = step.Status switch
        {
            GssStatus.Complete => NtStatus.Success,
            GssStatus.ContinueNeeded => NtStatus.MoreProcessingRequired,
            _ => NtStatus.LogonFailure,
        };
        return (status, step.Token);
    }
}
