using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

[assembly: AssemblyFixture(typeof(KerberosLab))]

namespace SmbClient.InteropTests.Lab.Kerberos;

/// <summary>
/// A domain of Active Directory with a member, a realm of MIT krb5, and realms that are out of order. Addresses and configuration are there from the
/// beginning; each server is started when the first test asks for it, and stopped at the end, or by its watchdog when this process dies.
/// </summary>
public sealed partial class KerberosLab : IAsyncLifetime
{
    /// <summary>The domain.</summary>
    public const string Domain = "LAB.TEST";

    /// <summary>The realm without a domain.</summary>
    public const string Realm = "MIT.TEST";

    /// <summary>A realm where the KDC's port is closed.</summary>
    public const string Closed = "CLOSED.TEST";

    /// <summary>A realm whose KDC listens and never says a word.</summary>
    public const string Silent = "SILENT.TEST";

    /// <summary>A realm whose KDC's clock is two hours slow.</summary>
    public const string Skewed = "SKEW.TEST";

    /// <summary>Runs a program by the clock of <see cref="Skewed"/>.</summary>
    public static IReadOnlyList<string> SkewedClock { get; } = ["-f", "-2h"];

    private const int KdcPort = 8888;

    private readonly string _root = Directory.CreateTempSubdirectory("smbclient-kerberos-").FullName;
    private readonly string _scripts = typeof(KerberosLab).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LabScripts").Value!;
    private readonly Lazy<Task<KerberosServer>> _controller;
    private readonly Lazy<Task<KerberosServer>> _member;
    private readonly Lazy<Task<string>> _kdc;
    private readonly Lazy<Task<KerberosServer>> _files;
    private readonly Lazy<Task> _skewed;
    private readonly Lazy<Task<string>> _services;
    private readonly Lazy<SilentKdc> _silent;
    private int _lastFile;

    public KerberosLab()
    {
        _controller = new(StartControllerAsync);
        _member = new(StartMemberAsync);
        _kdc = new(StartKdcAsync);
        _files = new(StartFilesAsync);
        _skewed = new(() => RunScriptAsync("kdc.sh", "skewed", [Address(Host.Skewed), $"{KdcPort}", Skewed], ("LAB_CLOCK", SkewedClock[^1])));
        _services = new(JoinKeytabsAsync);
        _silent = new(() => new SilentKdc(Address(Host.Silent), KdcPort));
    }

    private enum Host
    {
        Controller = 1,
        Member,
        Kdc,
        Files,
        Closed,
        Silent,
        Skewed,
        Own,
    }

    /// <summary>The configuration with all realms, which this process's libraries use and programs get in KRB5_CONFIG.</summary>
    public string Configuration => PathOf("krb5.conf");

    /// <summary>The names of all servers, for programs that cannot be told an address: NSS_WRAPPER_HOSTS.</summary>
    public string Hosts => PathOf("hosts");

    /// <summary>The ticket cache that is the default of this process's libraries.</summary>
    public string DefaultCache => $"FILE:{PathOf("default.ccache")}";

    /// <summary>The keytab that is the default of this process's libraries.</summary>
    public string DefaultKeytab => PathOf("default.keytab");

    /// <summary>Where this process may listen itself; the services of the lab's keytabs that no other server has are there.</summary>
    public static string OwnAddress => Address(Host.Own);

    /// <summary>A configuration for Samba's clients: it shares nothing with the machine, nor with other runs.</summary>
    public string SambaConfiguration => PathOf("smb.conf");

    /// <summary>What the KDC of <see cref="Realm"/> logs.</summary>
    public string KdcLog => Path.Combine(PathOf("kdc"), "kdc.log");

    /// <summary>The domain's database.</summary>
    public string DomainDatabase => Path.Combine(DomainFolder, "private", "sam.ldb");

    private string DomainFolder => PathOf("controller");

    public async ValueTask InitializeAsync()
    {
        // smbd becomes the user who signs in: the way to its shares must be open.
        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(Configuration, $$"""
            [libdefaults]
              default_realm = {{Domain}}
              dns_lookup_realm = false
              dns_lookup_kdc = false
              dns_canonicalize_hostname = false
              rdns = false
              forwardable = true
              kdc_timesync = 0
              clockskew = 10
            [realms]
              {{Domain}} = {
                kdc = {{Address(Host.Controller)}}:88
              }
              {{Realm}} = {
                kdc = {{Address(Host.Kdc)}}:{{KdcPort}}
              }
              {{Closed}} = {
                kdc = {{Address(Host.Closed)}}:{{KdcPort}}
              }
              {{Silent}} = {
                kdc = {{Address(Host.Silent)}}:{{KdcPort}}
              }
              {{Skewed}} = {
                kdc = {{Address(Host.Skewed)}}:{{KdcPort}}
              }
            [domain_realm]
              .lab.test = {{Domain}}
              .mit.test = {{Realm}}
              .closed.test = {{Closed}}
              .silent.test = {{Silent}}
              .skew.test = {{Skewed}}

            """);
        await File.WriteAllTextAsync(Hosts, $"""
            {Address(Host.Controller)} dc1.lab.test dc1
            {Address(Host.Member)} files.lab.test files filesalias.lab.test
            {Address(Host.Files)} files.mit.test
            {OwnAddress} svc.lab.test svc svcalias.lab.test nodeleg.lab.test
            {OwnAddress} aes128.mit.test sha2.mit.test rc4.mit.test pac.mit.test nodeleg.mit.test pac.skew.test

            """);

        await File.WriteAllTextAsync(SambaConfiguration, $"""
            [global]
              client min protocol = NT1
              name resolve order = host
              lock directory = {CreateFolder("samba")}
              state directory = {PathOf("samba")}
              cache directory = {PathOf("samba")}
              private dir = {PathOf("samba")}

            """);

        // Native libraries do not see what .NET's environment is set to.
        SetVariable("KRB5_CONFIG", Configuration, 1);
        SetVariable("KRB5CCNAME", DefaultCache, 1);
        SetVariable("KRB5_KTNAME", $"FILE:{DefaultKeytab}", 1);
        SetVariable("KRB5RCACHEDIR", _root, 1);
    }

    /// <summary>The server of a name: dc1.lab.test, files.lab.test or files.mit.test.</summary>
    public Task<KerberosServer> StartAsync(string name) => name switch
    {
        "dc1.lab.test" => StartControllerOnceAsync(),
        "files.lab.test" => StartMemberOnceAsync(),
        _ => StartOnceAsync(_files),
    };

    public Task<KerberosServer> StartControllerOnceAsync() => StartOnceAsync(_controller);

    public Task<KerberosServer> StartMemberOnceAsync() => StartOnceAsync(_member);

    /// <summary>The KDC of <see cref="Realm"/>; the keytab of its services.</summary>
    public async Task<string> StartRealmAsync()
    {
        Require();
        await _kdc.Value;
        return Path.Combine(PathOf("kdc"), "services.keytab");
    }

    /// <summary>The KDC of <see cref="Skewed"/>; the keytab of its services.</summary>
    public async Task<string> StartSkewedAsync()
    {
        Require("/usr/bin/faketime");
        await _skewed.Value;
        return Path.Combine(PathOf("skewed"), "services.keytab");
    }

    /// <summary>A keytab with the keys of a service of the domain: svc, trusted for delegation, or nodeleg.</summary>
    public async Task<string> StartDomainAsync(string service)
    {
        await StartControllerOnceAsync();
        return Path.Combine(DomainFolder, $"{service}.keytab");
    }

    public SilentKdc StartSilent()
    {
        Require();
        return _silent.Value;
    }

    /// <summary>A keytab with the keys of every service; it is <see cref="DefaultKeytab"/>, too.</summary>
    public async Task<string> StartServicesAsync()
    {
        Require("/usr/bin/faketime");
        return await _services.Value;
    }

    /// <summary>The password of a user of any of the realms.</summary>
    public static string PasswordOf(string user, string realm) => realm == Domain ? $"Passw0rd-{user}" : $"{user}-Pw1";

    /// <summary>A keytab with the key of alice.</summary>
    public string KeytabOfAlice(string realm) => Path.Combine(PathOf(realm == Domain ? "controller" : "kdc"), "alice.keytab");

    /// <summary>A file's name that nobody else has.</summary>
    public string CreatePath(string suffix) => PathOf($"{Interlocked.Increment(ref _lastFile)}{suffix}");

    /// <summary>Gets a ticket as a user does.</summary>
    /// <param name="user">A user of the realm.</param>
    /// <param name="realm">Which realm.</param>
    /// <param name="cache">The cache to fill; null for a new one.</param>
    /// <param name="options">Options of kinit.</param>
    /// <returns>The name of the ticket cache.</returns>
    public async Task<string> KinitAsync(string user, string realm, string? cache = null, params string[] options)
    {
        cache ??= $"FILE:{CreatePath(".ccache")}";
        KerberosProgram kinit = await KerberosProgram.RunAsync(this, "kinit", [.. options, "-c", cache, $"{user}@{realm}"], input: PasswordOf(user, realm) + "\n");
        Assert.True(kinit.ExitCode == 0, kinit.Everything);
        return cache;
    }

    /// <summary>Gets a ticket of <see cref="Skewed"/> as a user does whose clock is as wrong as the KDC's.</summary>
    /// <param name="options">Options of kinit.</param>
    /// <returns>The name of the ticket cache.</returns>
    public async Task<string> KinitSkewedAsync(params string[] options)
    {
        await StartSkewedAsync();
        string cache = $"FILE:{CreatePath(".ccache")}";
        KerberosProgram kinit = await KerberosProgram.RunAsync(
            this, "faketime", [.. SkewedClock, "kinit", .. options, "-c", cache, $"alice@{Skewed}"], input: PasswordOf("alice", Skewed) + "\n");
        Assert.True(kinit.ExitCode == 0, kinit.Everything);
        return cache;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string script in new[] { "member", "files", "controller", "kdc", "skewed" })
        {
            if (Directory.Exists(PathOf(script)))
            {
                string name = script switch { "member" => "member.sh", "files" => "smbd.sh", "controller" => "addc.sh", _ => "kdc.sh" };
                await Shell.RunAsync(Path.Combine(_scripts, name), ["stop", PathOf(script)]);
            }
        }

        if (_silent.IsValueCreated)
        {
            _silent.Value.Dispose();
        }

        Directory.Delete(_root, recursive: true);
    }

    private static Task<KerberosServer> StartOnceAsync(Lazy<Task<KerberosServer>> server)
    {
        Require();
        return server.Value;
    }

    private static void Require(params string[] more)
    {
        string[] needs = ["/usr/sbin/krb5kdc", "/usr/bin/kinit", "/usr/sbin/samba", "/usr/sbin/winbindd", "/usr/share/samba/setup/provision.ldif", .. more];
        if (needs.FirstOrDefault(n => !File.Exists(n)) is { } missing)
        {
            Miss($"NOT TESTED with Kerberos: {missing} is missing. Run tests/lab/install.sh.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            Miss("NOT TESTED with Kerberos: the domain controller needs root.");
        }
    }

    private static void Miss(string message)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Skip(message);
    }

    /// <summary>Addresses of this run alone: nobody has to wait for a port to be free.</summary>
    private static string Address(Host host) => $"127.{192 + (Environment.ProcessId >> 8 & 31)}.{Environment.ProcessId & 255}.{(int)host}";

    private async Task<KerberosServer> StartControllerAsync()
    {
        await RunScriptAsync("addc.sh", "controller", [Address(Host.Controller)]);
        return new KerberosServer("dc1.lab.test", Domain, Address(Host.Controller), Path.Combine(DomainFolder, "share"));
    }

    private async Task<KerberosServer> StartMemberAsync()
    {
        await StartControllerOnceAsync();
        await RunScriptAsync("member.sh", "member", [DomainFolder, Address(Host.Member), "server signing = auto"]);
        return new KerberosServer("files.lab.test", Domain, Address(Host.Member), Path.Combine(PathOf("member"), "share"));
    }

    private async Task<string> JoinKeytabsAsync()
    {
        // Two octets of version, and one entry after the other.
        string[] keytabs = await Task.WhenAll(StartDomainAsync("svc"), StartDomainAsync("nodeleg"), StartRealmAsync(), StartSkewedAsync());
        byte[][] contents = await Task.WhenAll(keytabs.Select(k => File.ReadAllBytesAsync(k)));
        await File.WriteAllBytesAsync(DefaultKeytab, [5, 2, .. contents.SelectMany(c => c.Skip(2))]);
        return DefaultKeytab;
    }

    private Task<string> StartKdcAsync() => RunScriptAsync("kdc.sh", "kdc", [Address(Host.Kdc), $"{KdcPort}"]);

    private async Task<KerberosServer> StartFilesAsync()
    {
        string keytab = await StartRealmAsync();
        await RunScriptAsync("smbd.sh", "files", [Address(Host.Files), "445", "server signing = auto", $"realm = {Realm}", "kerberos method = dedicated keytab", $"dedicated keytab file = {keytab}"]);
        return new KerberosServer("files.mit.test", Realm, Address(Host.Files), Path.Combine(PathOf("files"), "shares", "share"));
    }

    private Task<string> RunScriptAsync(string script, string folder, string[] arguments, params (string Name, string Value)[] variables)
    {
        Dictionary<string, string> environment = variables.ToDictionary(v => v.Name, v => v.Value);
        environment["LAB_OWNER"] = $"{Environment.ProcessId}";
        return Shell.RunAsync(Path.Combine(_scripts, script), ["start", PathOf(folder), .. arguments], environment);
    }

    private string CreateFolder(string name) => Directory.CreateDirectory(PathOf(name)).FullName;

    private string PathOf(string name) => Path.Combine(_root, name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
