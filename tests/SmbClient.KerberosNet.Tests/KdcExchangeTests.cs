using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Tests.Fakes;
using Xunit;

namespace SmbClient.KerberosNet.Tests;

/// <summary>What is asked of a KDC, how often, and what becomes of its answers.</summary>
public sealed class KdcExchangeTests
{
    private readonly FakeRealm _realm = new();

    private ValueTask<GssInitiation> StartAsync(GssCredential? credential = null, string target = FakeRealm.Service) =>
        _realm.Initiator.CreateInitiatorAsync(_realm.InitiatorOptions(credential, target), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("alice", null)]
    [InlineData("alice@LAB.TEST", null)]
    [InlineData("alice@lab.test", null)]
    [InlineData("LAB\\alice", null)]
    [InlineData("alice", "lab.test")]
    public async Task UsersAreFoundUnderAllTheirNames(string user, string? domain)
    {
        GssInitiation initiation = await StartAsync(GssCredential.Password(user, FakeRealm.Password, domain));
        Assert.True(initiation.Context is not null, initiation.Reason);
    }

    [Theory]
    [InlineData(".\\alice", "'.' is no realm")]
    [InlineData("OTHERDOM\\alice", "'OTHERDOM' is no realm")]
    [InlineData("nobody", "KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    public async Task UsersOfNobodyLeaveKerberosOut(string user, string reason)
    {
        GssInitiation initiation = await StartAsync(GssCredential.Password(user, FakeRealm.Password));
        Assert.Null(initiation.Context);
        Assert.False(initiation.IsRefused);
        Assert.Contains(reason, initiation.Reason);
    }

    [Fact]
    public async Task WrongPasswordEndsTheSignIn()
    {
        GssInitiation initiation = await StartAsync(GssCredential.Password("alice@LAB.TEST", "wrong"));
        Assert.True(initiation.IsRefused);
        Assert.Equal(GssStatus.DefectiveCredential, initiation.Status);

        // And what the right one got stays.
        Assert.NotNull((await StartAsync()).Context);
        Assert.True((await StartAsync(GssCredential.Password("alice@LAB.TEST", "wrong"))).IsRefused);
    }

    [Fact]
    public async Task WrongPasswordOfAUserWithoutARealmLeavesKerberosOut()
    {
        GssInitiation initiation = await StartAsync(GssCredential.Password("alice", "wrong"));
        Assert.False(initiation.IsRefused);
        Assert.Contains("KDC_ERR_PREAUTH_FAILED", initiation.Reason);
    }

    [Fact]
    public async Task TicketThatTheAcceptorDoesNotTakeIsGotAnew()
    {
        using GssContext first = (await StartAsync()).Context!;
        _realm.Kdc.AddService(FakeKdc.Realm, FakeRealm.Service);
        KerberosNetMechanism renewed = _realm.Mechanism(new KerberosNetOptions { Keytab = _realm.Kdc.Keytab(FakeRealm.Service) });
        using GssContext refuses = renewed.CreateAcceptor(_realm.AcceptorOptions())!, accepts = renewed.CreateAcceptor(_realm.AcceptorOptions())!;
        Assert.False(FakeRealm.Run(first, refuses).Initiator.IsSuccess);
        using GssContext second = (await StartAsync()).Context!;
        Assert.Equal(GssStatus.Complete, FakeRealm.Run(second, accepts).Initiator.Status);
        Assert.Equal((1, 2), (_realm.Kdc.Grants, _realm.Kdc.Services));
    }

    [Theory]
    [InlineData(KerberosErrorCode.KDC_ERR_CLIENT_REVOKED, GssStatus.Unauthorized)]
    [InlineData(KerberosErrorCode.KDC_ERR_KEY_EXPIRED, GssStatus.CredentialsExpired)]
    [InlineData(KerberosErrorCode.KDC_ERR_ETYPE_NOSUPP, GssStatus.NoCredential)]
    [InlineData(KerberosErrorCode.KRB_AP_ERR_SKEW, GssStatus.NoCredential)]
    [InlineData(KerberosErrorCode.KDC_ERR_PREAUTH_REQUIRED, GssStatus.NoCredential)]
    public async Task ErrorsOfTheKdc(KerberosErrorCode code, GssStatus expected)
    {
        _realm.Kdc.Error = code;
        GssInitiation initiation = await StartAsync();
        Assert.Equal(expected, initiation.Status);
    }

    [Fact]
    public async Task OneExchangeServesMany()
    {
        _realm.Kdc.AddService(FakeKdc.Realm, "cifs/second.lab.test");
        TaskCompletionSource gate = new();
        _realm.Kdc.Gate = gate.Task;
        Task<GssInitiation>[] all = [.. Enumerable.Range(0, 20).Select(i => StartAsync(target: i % 2 == 0 ? FakeRealm.Service : "cifs/second.lab.test").AsTask())];
        gate.SetResult();
        foreach (GssInitiation initiation in await Task.WhenAll(all))
        {
            Assert.NotNull(initiation.Context);
        }

        Assert.Equal((1, 2), (_realm.Kdc.Grants, _realm.Kdc.Services));
        await StartAsync();
        Assert.Equal((1, 2), (_realm.Kdc.Grants, _realm.Kdc.Services));

        _realm.Clock.Advance(TimeSpan.FromHours(11));
        Assert.NotNull((await StartAsync()).Context);
        Assert.Equal((2, 3), (_realm.Kdc.Grants, _realm.Kdc.Services));
    }

    [Fact]
    public async Task WhoeverCancelsLeavesAloneAndTheOthersGoOn()
    {
        TaskCompletionSource gate = new();
        _realm.Kdc.Gate = gate.Task;
        using CancellationTokenSource cancelled = new();
        Task<GssInitiation> patient = StartAsync().AsTask();
        Task<GssInitiation> impatient = _realm.Initiator.CreateInitiatorAsync(_realm.InitiatorOptions(), cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();
        Assert.NotNull((await patient).Context);
        Assert.Equal(1, _realm.Kdc.Grants);
    }

    [Fact]
    public async Task SilentKdcLeavesKerberosOut()
    {
        _realm.Kdc.Gate = new TaskCompletionSource().Task;
        KerberosNetMechanism mechanism = _realm.Mechanism(
            new KerberosNetOptions { DefaultRealm = FakeKdc.Realm, ConfigurationPath = "/nowhere/krb5.conf", KdcTimeout = TimeSpan.FromMilliseconds(1) });
        GssInitiation initiation = await mechanism.CreateInitiatorAsync(_realm.InitiatorOptions(), TestContext.Current.CancellationToken);
        Assert.Null(initiation.Context);
        Assert.False(initiation.IsRefused);
        Assert.Contains("no KDC answers", initiation.Reason);
    }

    [Theory]
    [InlineData("cifs/files.other.test", null)]
    [InlineData("cifs/files.other.test@OTHER.TEST", null)]
    [InlineData("cifs/files.other.test", "[domain_realm]\n .other.test = OTHER.TEST\n")]
    public async Task OtherRealmsAreReached(string target, string? configuration)
    {
        _realm.Kdc.AddService(FakeKdc.Other, "cifs/files.other.test");
        _realm.Kdc.Referred.Add("cifs/files.other.test");
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "krb5.conf");
        await File.WriteAllTextAsync(path, configuration ?? "");
        KerberosNetMechanism mechanism = _realm.Mechanism(new KerberosNetOptions { DefaultRealm = FakeKdc.Realm, ConfigurationPath = path });
        GssInitiation initiation = await mechanism.CreateInitiatorAsync(_realm.InitiatorOptions(target: target), TestContext.Current.CancellationToken);
        Assert.True(initiation.Context is not null, initiation.Reason);
        Assert.Contains("@OTHER.TEST", initiation.Context!.NegotiationLog[0]);
    }

    [Theory]
    [InlineData("cifs/10.0.0.1")]
    [InlineData("cifs/::1")]
    [InlineData("cifs")]
    [InlineData("cifs/")]
    [InlineData("cifs/a/b")]
    [InlineData("cifs/files.lab.test@")]
    public async Task TargetsThatCannotHaveTicketsLeaveKerberosOut(string target)
    {
        GssInitiation initiation = await StartAsync(target: target);
        Assert.Null(initiation.Context);
        Assert.False(initiation.IsRefused);
        Assert.Equal(0, _realm.Kdc.Grants);
    }

    [Fact]
    public async Task OtherCredentialsLeaveKerberosOut()
    {
        foreach (GssCredential credential in new[] { GssCredential.Anonymous, GssCredential.NtHash("alice", new byte[16]), GssCredential.Password("alice", "") })
        {
            Assert.Equal(GssStatus.NoCredential, (await StartAsync(credential)).Status);
        }
    }

    [Fact]
    public async Task AnswersThatWereChangedAreRefused()
    {
        int length = 0;
        _realm.Kdc.OnTheWay = a =>
        {
            length = Math.Max(length, a.Length);
            return a;
        };
        await StartAsync();
        for (int i = 0; i < length; i += 3)
        {
            FakeRealm fresh = new();
            fresh.Kdc.OnTheWay = a =>
            {
                byte[] changed = a.ToArray();
                changed[i % changed.Length] ^= 0x04;
                return changed;
            };
            GssInitiation initiation = await fresh.Initiator.CreateInitiatorAsync(fresh.InitiatorOptions(), TestContext.Current.CancellationToken);
            if (initiation.Context is { } context)
            {
                // A ticket that only its service can read, or a number that nobody reads: the acceptor sees it, or nothing was changed.
                using GssContext acceptor = fresh.Acceptor.CreateAcceptor(fresh.AcceptorOptions())!;
                FakeRealm.Run(context, acceptor);
                Assert.True(!acceptor.IsComplete || acceptor.Peer!.User == "alice");
            }
        }
    }

    [Fact]
    public async Task KeytabsSignIn()
    {
        // The fake derives its keys from passwords; a keytab with that key is as good.
        KerberosKey derived = new(FakeRealm.Password, salt: "salt of alice", etype: EncryptionType.AES128_CTS_HMAC_SHA1_96);
        KerberosKey key = new(
            derived.GetKey(CryptoService.CreateTransform(derived.EncryptionType)).ToArray(),
            etype: derived.EncryptionType,
            principal: new PrincipalName(PrincipalNameType.NT_PRINCIPAL, FakeKdc.Realm, ["alice"]));
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "alice.keytab");
        using (BinaryWriter writer = new(File.Create(path)))
        {
            new KeyTable(key).Write(writer);
        }

        Assert.NotNull((await StartAsync(GssCredential.Keytab("alice@LAB.TEST", path))).Context);
        Assert.NotNull((await StartAsync(GssCredential.Keytab("alice", path))).Context);
        Assert.Equal(1, _realm.Kdc.Grants);
        GssInitiation missing = await StartAsync(GssCredential.Keytab("bob", path));
        Assert.Contains("has no AES key of bob@LAB.TEST", missing.Reason);
        Assert.Contains("cannot be read", (await StartAsync(GssCredential.Keytab("alice", path + "x"))).Reason);
    }

    [Theory]
    [InlineData("KCM:", "of a type that only the system's library reads")]
    [InlineData("KEYRING:persistent:1000", "of a type that only the system's library reads")]
    [InlineData("FILE:/nowhere/cache", "cannot be read")]
    [InlineData("/nowhere/cache", "cannot be read")]
    public async Task CachesThatCannotBeReadLeaveKerberosOut(string name, string reason)
    {
        GssInitiation initiation = await StartAsync(GssCredential.CredentialCache(name));
        Assert.False(initiation.IsRefused);
        Assert.Contains(reason, initiation.Reason);
        Assert.Null(await _realm.Initiator.IdentifyAsync(GssCredential.CredentialCache(name), TestContext.Current.CancellationToken));
        Assert.False(File.Exists("/nowhere/cache"));
    }
}
