using System.IO;
using System.Net;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Benchmarks.Peers;
using SmbClient.Server;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>Our own server, in this process, beside smbd: both serve a folder of the same disk to smbclient.</summary>
internal sealed class ServerScenario : Scenario
{
    public override string Name => "server";

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        Target smbd = settings.TargetOf(profile);
        using Scratch scratch = new(settings.Mebibytes * 1024L * 1024);
        string folder = Directory.CreateTempSubdirectory("smbclient-served-").FullName;
        try
        {
            using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions { Accounts = new MemoryAccountStore().Add(smbd.User, smbd.Password) });
            await using SmbServer server = SmbServer.Start(new SmbServerOptions
            {
                Authenticator = authenticator,
                Shares = [new SmbServerShare(Target.Share, new FolderFileStore(folder))],
                AllowSmb1 = profile.Dialect == SmbDialect.NtLm012,
                RequireSigning = profile.Protection == Protection.Signed,
                Encryption = profile.Protection == Protection.Sealed ? SmbEncryptionPolicy.Required : SmbEncryptionPolicy.IfServerRequires,
            });
            IPEndPoint endPoint = (IPEndPoint)server.EndPoints[0];
            Smbclient ofOurs = new(smbd with { Host = endPoint.Address.ToString(), Port = endPoint.Port }, profile);
            Smbclient ofSmbd = new(smbd, profile);
            double megabytes = scratch.Length / 1e6;
            await comparison.RunAsync(
                "server takes", profile, megabytes, "MB", new Contender("our server", () => ofOurs.WriteAsync(scratch)), new Contender("smbd", () => ofSmbd.WriteAsync(scratch)));
            await comparison.RunAsync(
                "server gives", profile, megabytes, "MB", new Contender("our server", () => ofOurs.ReadAsync()), new Contender("smbd", () => ofSmbd.ReadAsync()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
