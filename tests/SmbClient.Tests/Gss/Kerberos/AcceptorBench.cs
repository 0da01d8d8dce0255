using System;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Acceptors over one keytab, one clock and a replay cache of their own.</summary>
internal sealed class AcceptorBench : IDisposable
{
    public AcceptorBench(byte[] keytab, DateTimeOffset time, int replayCapacity = 1000)
    {
        Keytab = KerberosKeytab.FromBytes(keytab);
        Clock = new FakeTimeProvider(time);
        Settings = new KeytabAcceptorSettings { Keytab = Keytab, ReplayCache = new ReplayCache(replayCapacity) };
    }

    public KerberosKeytab Keytab { get; }

    public FakeTimeProvider Clock { get; }

    public KeytabAcceptorSettings Settings { get; }

    public static AcceptorBench For(CapturedRequest request) => new(request.Keytab, request.Time);

    public GssAcceptorOptions Options(byte[]? bindings = null, bool requireBindings = false, string[]? hosts = null) => new()
    {
        NetBiosComputerName = "SERVER",
        NetBiosDomainName = "LAB",
        ChannelBindings = bindings,
        RequireChannelBindings = requireBindings,
        TargetHosts = hosts,
        TimeProvider = Clock,
    };

    public KeytabAcceptor Acceptor(GssAcceptorOptions? options = null) => new(options ?? Options(), Settings);

    /// <summary>One step of a fresh acceptor with a replay cache of its own, so that the same token can be tried many times.</summary>
    public GssStep TryOnce(byte[] token, GssAcceptorOptions? options = null)
    {
        using KeytabAcceptor acceptor = new(options ?? Options(), new KeytabAcceptorSettings { Keytab = Keytab, ReplayCache = new ReplayCache() });
        GssStep step = acceptor.Step(token);
        Xunit.Assert.Equal(step.IsSuccess, acceptor.IsComplete);
        return step;
    }

    /// <summary>The error that the other side is told.</summary>
    public static KerberosError Error(GssStep step) => KrbError.Decode(KerberosTokens.Unwrap(step.Token, KerberosTokens.Error)).Code;

    public void Dispose() => Keytab.Dispose();
}
