using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using SmbClient.KerberosNet.Tests.Lab;
using Xunit;

[assembly: AssemblyFixture(typeof(KerberosNetLab))]

namespace SmbClient.KerberosNet.Tests.Lab;

/// <summary>
/// A realm of MIT krb5 and a domain of Active Directory, each started when the first test asks for it. Addresses are of this run alone. The library of MIT
/// in this process, which is the other side of many tests, is set up for both.
/// </summary>
public sealed class KerberosNetLab : IAsyncLifetime
{
    /// <summary>The domain.</summary>
    public const string Domain = "LAB.TEST";

    /// <summary>The realm without a domain.</summary>
    public const string Realm = "MIT.TEST";

    private const int KdcPort = 8888;

    private readonly string _root = Directory.CreateTempSubdirectory("smbclient-kerberos-net-").FullName;
    private readonly string _scripts = typeof(KerberosNetLab).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LabScripts").Value!;
    private readonly Lazy<Task> _realm;
    private readonly Lazy<Task> _domain;

    public KerberosNetLab()
    {
        _realm = new(() => RunScriptAsync("kdc.sh", "start", Folder("realm"), Address(1), $"{KdcPort}", Realm));
        _domain = new(() => RunScriptAsync("addc.sh", "start", Folder("domain"), ControllerAddress));
    }

    public static string ControllerAddress => Address(2);

    /// <summary>The configuration with both realms.</summary>
    public string Configuration => Path.Combine(_root, "krb5.conf");

    /// <summary>The keys of the realm's services.</summary>
    public string RealmKeytab => Path.Combine(Folder("realm"), "services.keytab");

    /// <summary>The keys of the domain's service svc, which is trusted for delegation.</summary>
    public string DomainKeytab => Path.Combine(Folder("domain"), "svc.keytab");

    /// <summary>A password of a user.</summary>
    public static string PasswordOf(string user, string realm) => realm == Domain ? $"Passw0rd-{user}" : $"{user}-Pw1";

    /// <summary>A keytab with alice's key.</summary>
    public string KeytabOfAlice(string realm) => Path.Combine(Folder(realm == Domain ? "domain" : "realm"), "alice.keytab");

    public KerberosNetMechanism Mechanism(string? keytab = null) => new(new KerberosNetOptions { ConfigurationPath = Configuration, KeytabPath = keytab });

    public Task StartRealmAsync() => StartAsync(_realm, "kdc.sh", "/usr/sbin/krb5kdc");

    public Task StartDomainAsync() => StartAsync(_domain, "addc.sh", "/usr/sbin/samba");

    public async ValueTask InitializeAsync()
    {
        // smbd becomes the user who signs in: the way to its share must be open.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        }

        await File.WriteAllTextAsync(Configuration, $$"""
            [libdefaults]
              default_realm = {{Realm}}
              dns_lookup_kdc = false
              dns_canonicalize_hostname = false
              rdns = false
              forwardable = true
            [realms]
              {{Realm}} = {
                kdc = {{Address(1)}}:{{KdcPort}}
              }
              {{Domain}} = {
                kdc = tcp/{{ControllerAddress}}:88
                kdc = {{ControllerAddress}}
              }
            [domain_realm]
              .mit.test = {{Realm}}
              .lab.test = {{Domain}}

            """);

        // Native libraries do not see what .NET's environment is set to.
        int results = SetVariable("KRB5_CONFIG", Configuration, 1) | SetVariable("KRB5_KTNAME", $"FILE:{RealmKeytab}", 1) | SetVariable("KRB5RCACHEDIR", _root, 1);
        Assert.Equal(0, results);
    }

    /// <summary>Gets a ticket as a user does; the cache's name.</summary>
    public async Task<string> KinitAsync(string user, string realm)
    {
        string cache = $"FILE:{Path.Combine(_root, Guid.NewGuid().ToString("n"))}";
        await RunAsync("kinit", PasswordOf(user, realm) + "\n", "-f", "-c", cache, $"{user}@{realm}");
        return cache;
    }

    public async ValueTask DisposeAsync()
    {
        if (_realm.IsValueCreated)
        {
            await RunScriptAsync("kdc.sh", "stop", Folder("realm"));
        }

        if (_domain.IsValueCreated)
        {
            await RunScriptAsync("addc.sh", "stop", Folder("domain"));
        }

        Directory.Delete(_root, recursive: true);
    }

    private static string Address(int host) => $"127.{128 + (Environment.ProcessId >> 8 & 31)}.{Environment.ProcessId & 255}.{host}";

    private string Folder(string name) => Path.Combine(_root, name);

    private Task StartAsync(Lazy<Task> server, string script, string program)
    {
        string[] needs = [Path.Combine(_scripts, script), program, "/usr/bin/kinit"];
        if (needs.FirstOrDefault(n => !File.Exists(n)) is { } missing)
        {
            Miss($"NOT TESTED: {missing} is missing.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            Miss("NOT TESTED: the domain controller needs root.");
        }

        return server.Value;
    }

    private static void Miss(string message)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Skip(message);
    }

    private Task RunScriptAsync(string script, params string[] arguments) => RunAsync("bash", "", [Path.Combine(_scripts, script), .. arguments]);

    private async Task RunAsync(string program, string input, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KRB5_CONFIG"] = Configuration, ["LAB_OWNER"] = $"{Environment.ProcessId}" },
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string[] texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Concat(texts));
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
