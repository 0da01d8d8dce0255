using System.Threading.Tasks;
using SmbClient.Gss;
using Xunit;

namespace SmbClient.KerberosNet.Tests.Lab;

/// <summary>One exchange between two mechanisms, which must succeed.</summary>
internal static class Exchange
{
    public static GssAcceptorOptions AcceptorOptions { get; } = new() { NetBiosComputerName = "FILES", NetBiosDomainName = "LAB" };

    public static async Task<(GssContext Initiator, GssContext Acceptor)> RunAsync(
        GssMechanism initiators, GssMechanism acceptors, GssCredential credential, string target,
        GssDelegationPolicy delegation = GssDelegationPolicy.WhenTrusted, byte[]? initiatorsBindings = null, byte[]? acceptorsBindings = null)
    {
        GssInitiation initiation = await initiators.CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = credential, TargetName = target, Delegation = delegation, ChannelBindings = initiatorsBindings },
            TestContext.Current.CancellationToken);
        Assert.True(initiation.Context is not null, initiation.Reason);
        GssContext initiator = initiation.Context!;
        GssContext acceptor = acceptors.CreateAcceptor(
            new GssAcceptorOptions { NetBiosComputerName = "FILES", NetBiosDomainName = "LAB", ChannelBindings = acceptorsBindings })!;
        GssStep answer = acceptor.Step(initiator.Step([]).Token.Span);
        Assert.True(answer.Status == GssStatus.Complete, answer.Reason);
        GssStep last = initiator.Step(answer.Token.Span);
        Assert.True(last.Status == GssStatus.Complete, last.Reason);
        Assert.Equal(initiator.ExportSessionKey(), acceptor.ExportSessionKey());
        Assert.True((initiator.Flags & acceptor.Flags & GssContextFlags.MutualAuth) != 0);
        byte[] message = "a message"u8.ToArray();
        Assert.True(acceptor.VerifyMic(message, initiator.GetMic(message)));
        Assert.True(initiator.VerifyMic(message, acceptor.GetMic(message)));
        return (initiator, acceptor);
    }
}
