using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.InteropTests.Lab.Kerberos;
using SmbClient.Server;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>A server of our own with the keys of all of the lab's services; it remembers who came.</summary>
internal sealed class KerberosServices : IAsyncDisposable
{
    /// <summary>Ours, with a keytab, and nothing of the system.</summary>
    public const string Managed = "managed";

    /// <summary>The system's libraries, with their default keytab.</summary>
    public const string Mit = "libgssapi_krb5.so.2";
    public const string Heimdal = "libgssapi.so.3";

    private readonly SmbServer _server;
    private readonly SmbServerAuthenticator _authenticator;
    private readonly ConcurrentQueue<SmbIdentity> _identities;

    private KerberosServices(SmbServer server, SmbServerAuthenticator authenticator, AuditLog log, ConcurrentQueue<SmbIdentity> identities, string folder)
    {
        _server = server;
        _authenticator = authenticator;
        Log = log;
        _identities = identities;
        Folder = folder;
    }

    /// <summary>The folder behind the share "share".</summary>
    public string Folder { get; }

    public AuditLog Log { get; }

    public int Port => ((IPEndPoint)_server.EndPoints[0]).Port;

    /// <summary>Who has opened the share, one after the other.</summary>
    public IReadOnlyCollection<SmbIdentity> Identities => _identities;

    /// <summary>Starts it.</summary>
    /// <param name="lab">Whose keys.</param>
    /// <param name="acceptor">Which kind.</param>
    /// <param name="visited">What is done when somebody opens the share, before it is open.</param>
    public static async Task<KerberosServices> StartAsync(KerberosLab lab, string acceptor, Action<SmbServerSession>? visited = null)
    {
        AuditLog log = new();
        SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions
        {
            Mechanisms = [await CreateAcceptorAsync(lab, acceptor)],
            FailureDelay = SmbFailureDelay.None,
            LoggerFactory = log,
        });
        ConcurrentQueue<SmbIdentity> identities = new();
        string folder = Directory.CreateDirectory(lab.CreatePath(".share")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "hello.txt"), "hello\n");
        SmbServer server = SmbServer.Start(new SmbServerOptions
        {
            Authenticator = authenticator,
            EndPoints = [new IPEndPoint(IPAddress.Parse(KerberosLab.OwnAddress), 0)],
            AllowSmb1 = true,
            Shares =
            [
                new SmbServerShare("share", session =>
                {
                    identities.Enqueue(session.Identity);
                    visited?.Invoke(session);
                    return new FolderFileStore(folder);
                }),
            ],
        });
        return new KerberosServices(server, authenticator, log, identities, folder);
    }

    /// <summary>An acceptor with the keys of every service of the lab, of the kind that was asked for.</summary>
    public static async Task<KerberosMechanism> CreateAcceptorAsync(KerberosLab lab, string acceptor)
    {
        string keytab = await lab.StartServicesAsync();
        return acceptor == Managed
            ? new KerberosMechanism(new KerberosOptions { Keytab = KerberosKeytab.FromFile(keytab) })
            : new KerberosMechanism(new KerberosOptions { LibraryName = acceptor });
    }

    /// <summary>Our own client's way to it.</summary>
    public SmbConnectionOptions Options(SmbClientContext context, string name, SmbDialect dialect = SmbDialect.Smb311) => new()
    {
        Server = name,
        Address = KerberosLab.OwnAddress,
        Port = Port,
        Context = context,
        Mechanisms = [GssMechanism.Kerberos],
        AllowSmb1 = dialect == SmbDialect.NtLm012,
        MinDialect = dialect,
        MaxDialect = dialect,
    };

    /// <summary>What smbclient is called with, to come by Kerberos or not at all.</summary>
    public string[] Smbclient(KerberosLab lab, string name, string commands, string dialect) =>
    [
        $"--configfile={lab.SambaConfiguration}", $"--option=client min protocol={dialect}", "-m", dialect, "-p", $"{Port}", "--use-kerberos=required", $"//{name}/share", "-c", commands,
    ];

    /// <summary>Runs smbclient with a ticket cache.</summary>
    public Task<KerberosProgram> SmbclientAsync(KerberosLab lab, string name, string commands, string dialect, string cache, params string[] options) =>
        KerberosProgram.RunAsync(lab, "smbclient", [.. Smbclient(lab, name, commands, dialect), .. options], "", ("KRB5CCNAME", cache));

    public SmbIdentity LastIdentity() => _identities.Last();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authenticator.Dispose();
    }
}
