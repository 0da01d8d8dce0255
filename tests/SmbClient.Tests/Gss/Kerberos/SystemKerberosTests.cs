using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>What holds for every system: calls that block are not waited for any longer than the caller wants.</summary>
public class SystemKerberosTests
{
    private static readonly TimeSpan KdcTimeout = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("cifs/192.0.2.1")]
    [InlineData("cifs/2001:db8::1")]
    public async Task Addresses_have_no_principal(string target)
    {
        using BlockedKerberos kerberos = new();
        GssInitiation initiation = await kerberos.CreateInitiatorAsync(Options(target), CancellationToken.None);
        Assert.Equal(GssStatus.NoCredential, initiation.Status);
        Assert.Contains("no service principal", initiation.Reason, StringComparison.Ordinal);
        Assert.False(kerberos.WasCalled);
    }

    [Fact]
    public async Task An_address_with_a_realm_is_somebodys_principal()
    {
        using BlockedKerberos kerberos = new();
        kerberos.Go.Set();
        Assert.NotNull((await kerberos.CreateInitiatorAsync(Options("cifs/192.0.2.1@LAB.TEST"), CancellationToken.None)).Context);
    }

    [Fact]
    public async Task A_silent_kdc_is_waited_for_no_longer_than_the_limit_and_what_comes_late_is_given_back()
    {
        using BlockedKerberos kerberos = new();
        FakeTimeProvider time = new();
        Task<GssInitiation> waiting = kerberos.CreateInitiatorAsync(Options("cifs/files.lab.test", time), CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        time.Advance(KdcTimeout);
        GssInitiation initiation = await waiting;
        Assert.False(initiation.IsRefused);
        Assert.Contains("has not answered within 10 s", initiation.Reason, StringComparison.Ordinal);

        kerberos.Go.Set();
        await kerberos.Context.Disposed;
    }

    [Fact]
    public async Task Who_waited_in_vain_does_not_wait_again_for_a_while()
    {
        using BlockedKerberos kerberos = new();
        FakeTimeProvider time = new();
        Task<GssInitiation> waiting = kerberos.CreateInitiatorAsync(Options("cifs/files.lab.test", time), CancellationToken.None).AsTask();
        time.Advance(KdcTimeout);
        await waiting;

        time.Advance(TimeSpan.FromSeconds(5));
        GssInitiation again = await kerberos.CreateInitiatorAsync(Options("cifs/FILES.lab.test", time), CancellationToken.None);
        Assert.Contains("5 s ago", again.Reason, StringComparison.Ordinal);
        kerberos.Go.Set();
        Assert.NotNull((await kerberos.CreateInitiatorAsync(Options("cifs/other.lab.test", time), CancellationToken.None)).Context);

        time.Advance(SilentKdcs.Memory);
        Assert.NotNull((await kerberos.CreateInitiatorAsync(Options("cifs/files.lab.test", time), CancellationToken.None)).Context);
    }

    [Fact]
    public async Task The_callers_token_ends_the_wait_at_once()
    {
        using BlockedKerberos kerberos = new();
        using CancellationTokenSource cancelled = new();
        Task<GssInitiation> waiting = kerberos.CreateInitiatorAsync(Options("cifs/files.lab.test"), cancelled.Token).AsTask();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        kerberos.Go.Set();
        await kerberos.Context.Disposed;
    }

    [Fact]
    public async Task Calls_that_may_block_are_not_made_on_the_thread_pool()
    {
        using BlockedKerberos kerberos = new();
        kerberos.Go.Set();
        await kerberos.CreateInitiatorAsync(Options("cifs/files.lab.test"), CancellationToken.None);
        Assert.False(kerberos.WasOnThreadPool);
    }

    [Fact]
    public void Time_limits_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KerberosMechanism(new KerberosOptions { KdcTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KerberosMechanism(new KerberosOptions { MaxClockSkew = TimeSpan.FromTicks(-1) }));
    }

    [Fact]
    public async Task Without_a_library_the_reason_names_what_was_looked_for()
    {
        KerberosMechanism kerberos = new(new KerberosOptions { LibraryName = "libno-such-gssapi.so" });
        GssInitiation initiation = await kerberos.CreateInitiatorAsync(Options("cifs/files.lab.test"), CancellationToken.None);
        Assert.False(initiation.IsRefused);
        Assert.Contains("libno-such-gssapi.so", initiation.Reason, StringComparison.Ordinal);
        Assert.Null(kerberos.CreateAcceptor(Exchange.Accepting()));
    }

    [Fact]
    public async Task An_nt_hash_is_no_key_of_kerberos()
    {
        GssInitiation initiation = await GssMechanism.Kerberos.CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.NtHash("alice", new byte[16]), TargetName = "cifs/files.lab.test" }, CancellationToken.None);
        Assert.Equal(GssStatus.NoCredential, initiation.Status);
    }

    private static GssInitiatorOptions Options(string target, TimeProvider? time = null) =>
        new() { Credential = GssCredential.Password("alice@lab.test", "p"), TargetName = target, TimeProvider = time ?? TimeProvider.System };

    private sealed class BlockedKerberos : SystemKerberos, IDisposable
    {
        public BlockedKerberos()
            : base(new KerberosOptions { KdcTimeout = KdcTimeout })
        {
        }

        public ManualResetEventSlim Go { get; } = new();

        public DisposableContext Context { get; } = new();

        public bool WasCalled { get; private set; }

        public bool WasOnThreadPool { get; private set; }

        public override GssContext? CreateAcceptor(GssAcceptorOptions options) => null;

        public void Dispose() => Go.Set();

        protected override Func<GssInitiation>? Prepare(GssInitiatorOptions options)
        {
            WasCalled = true;
            return () =>
            {
                WasOnThreadPool = Thread.CurrentThread.IsThreadPoolThread;
                Go.Wait();
                return GssInitiation.Ready(Context);
            };
        }

        protected override string Unavailable(GssInitiatorOptions options) => "it never is";
    }

    private sealed class DisposableContext : GssContext
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        public override string MechanismName => "Blocked";

        public override bool IsComplete => false;

        public override GssContextFlags Flags => GssContextFlags.None;

        public override GssStep Step(ReadOnlySpan<byte> inputToken) => GssStep.Fail(GssStatus.Failure, "it never begins");

        public override byte[] ExportSessionKey() => [];

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
