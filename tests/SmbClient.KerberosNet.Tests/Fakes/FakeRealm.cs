using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using Xunit;

namespace SmbClient.KerberosNet.Tests.Fakes;

/// <summary>A KDC with alice, a service, and both sides' mechanisms.</summary>
internal sealed class FakeRealm
{
    public const string Service = "cifs/files.lab.test";
    public const string Password = "Pa55-wörd";

    public FakeRealm()
    {
        Kdc = new FakeKdc(Clock);
        Kdc.AddUser("alice", Password);
        Kdc.AddService(FakeKdc.Realm, Service);
        Initiator = Mechanism(new KerberosNetOptions { DefaultRealm = FakeKdc.Realm, ConfigurationPath = "/nowhere/krb5.conf" });
        Acceptor = Mechanism(new KerberosNetOptions { Keytab = Kdc.Keytab(Service), ConfigurationPath = "/nowhere/krb5.conf" });
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    public FakeKdc Kdc { get; }

    public KerberosNetMechanism Initiator { get; }

    public KerberosNetMechanism Acceptor { get; }

    public KerberosNetMechanism Mechanism(KerberosNetOptions options) => new(options, Kdc, Clock);

    public GssInitiatorOptions InitiatorOptions(
        GssCredential? credential = null, string target = Service, GssDelegationPolicy delegation = GssDelegationPolicy.WhenTrusted, byte[]? bindings = null) => new()
        {
            Credential = credential ?? GssCredential.Password("alice@LAB.TEST", Password),
            TargetName = target,
            Delegation = delegation,
            ChannelBindings = bindings,
            TimeProvider = Clock,
        };

    public GssAcceptorOptions AcceptorOptions(byte[]? bindings = null, bool requireBindings = false, string[]? hosts = null) => new()
    {
        NetBiosComputerName = "FILES",
        NetBiosDomainName = "LAB",
        ChannelBindings = bindings,
        RequireChannelBindings = requireBindings,
        TargetHosts = hosts,
        TimeProvider = Clock,
    };

    public async Task<GssContext> InitiatorAsync(GssInitiatorOptions? options = null)
    {
        GssInitiation initiation = await Initiator.CreateInitiatorAsync(options ?? InitiatorOptions(), TestContext.Current.CancellationToken);
        Assert.True(initiation.Context is not null, initiation.Reason);
        return initiation.Context!;
    }

    /// <summary>Runs both to the end, whatever it is.</summary>
    public static (GssStep Initiator, GssStep Acceptor) Run(GssContext initiator, GssContext acceptor)
    {
        GssStep sent = initiator.Step([]);
        Assert.Equal(GssStatus.ContinueNeeded, sent.Status);
        GssStep answered = acceptor.Step(sent.Token.Span);
        return (answered.Token.IsEmpty ? sent : initiator.Step(answered.Token.Span), answered);
    }
}
