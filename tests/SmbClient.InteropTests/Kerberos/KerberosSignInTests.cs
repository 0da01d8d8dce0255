using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.InteropTests.Lab;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Signing in by Kerberos and nothing else to a domain's member, to its controller, and to a server of a realm without a domain.</summary>
public sealed class KerberosSignInTests(KerberosLab lab)
{
    private const string Heimdal = "libgssapi.so.3";

    private static readonly string[] Servers = ["files.lab.test", "dc1.lab.test", "files.mit.test"];

    public static MatrixTheoryData<string, SmbDialect> Dialects => new(
        Servers,
        [SmbDialect.NtLm012, SmbDialect.Smb202, SmbDialect.Smb210, SmbDialect.Smb300, SmbDialect.Smb302, SmbDialect.Smb311]);

    public static TheoryData<string, SmbDialect, SmbCipher> Sealed
    {
        get
        {
            TheoryData<string, SmbDialect, SmbCipher> rows = [];
            foreach (string server in Servers)
            {
                rows.Add(server, SmbDialect.Smb300, SmbCipher.Aes128Ccm);
                rows.Add(server, SmbDialect.Smb302, SmbCipher.Aes128Ccm);
                foreach (SmbCipher cipher in Enum.GetValues<SmbCipher>())
                {
                    rows.Add(server, SmbDialect.Smb311, cipher);
                }
            }

            return rows;
        }
    }

    public static TheoryData<string, string?, string> Kinds
    {
        get
        {
            TheoryData<string, string?, string> rows = [];
            foreach (string server in new[] { "files.lab.test", "files.mit.test" })
            {
                foreach (string kind in new[] { "password", "password and realm apart", "ticket cache" })
                {
                    rows.Add(server, null, kind);
                    rows.Add(server, Heimdal, kind);
                }

                rows.Add(server, null, "keytab");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_signed(string name, SmbDialect dialect)
    {
        KerberosServer server = await lab.StartAsync(name);
        await using SmbClientContext context = new();
        using SmbCredential alice = server.Password("alice");

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context, dialect), alice);

        Assert.Equal((dialect, true, false), (connection.Dialect, connection.IsSigned, connection.IsEncrypted));
        await AssertMovesAsync(connection, server, $"signed-{dialect}.bin");
    }

    [Theory]
    [MemberData(nameof(Sealed))]
    public async Task A_file_sealed(string name, SmbDialect dialect, SmbCipher cipher)
    {
        KerberosServer server = await lab.StartAsync(name);
        await using SmbClientContext context = new();
        using SmbCredential alice = server.Password("alice");
        SmbConnectionOptions options = server.Options(context, dialect) with { Encryption = SmbEncryptionPolicy.Required, Ciphers = [cipher] };

        await using SmbConnection connection = await SmbConnection.OpenAsync(options, alice);

        Assert.Equal((dialect, true, cipher), (connection.Dialect, connection.IsEncrypted, connection.Cipher));
        await AssertMovesAsync(connection, server, $"sealed-{dialect}-{cipher}.bin");
    }

    [Fact]
    public async Task Heimdal_says_that_it_cannot_serve_a_keytab()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = SmbCredential.FromKeytab($"alice@{server.Realm}", lab.KeytabOfAlice(server.Realm));

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { Mechanisms = [Kerberos(Heimdal)] }, alice));

        Assert.Contains("keytab", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_credential_with_both_libraries(string name, string? library, string kind)
    {
        KerberosServer server = await lab.StartAsync(name);
        await using SmbClientContext context = new();
        using SmbCredential alice = kind switch
        {
            "password" => server.Password("alice"),
            "password and realm apart" => SmbCredential.FromPassword("alice", KerberosLab.PasswordOf("alice", server.Realm), server.Realm),
            "keytab" => SmbCredential.FromKeytab($"alice@{server.Realm}", lab.KeytabOfAlice(server.Realm)),
            _ => SmbCredential.FromCredentialCache(await lab.KinitAsync("alice", server.Realm)),
        };

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { Mechanisms = [Kerberos(library)] }, alice);

        await AssertMovesAsync(connection, server, $"{kind}-{library}.bin");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Heimdal)]
    public async Task Whoever_the_process_is_signed_in_as(string? library)
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await lab.KinitAsync("carol", KerberosLab.Domain, lab.DefaultCache);
        await using SmbClientContext context = new();

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { Mechanisms = [Kerberos(library)] }, SmbCredential.Default);

        string file = $"default-{library}.bin";
        await AssertMovesAsync(connection, server, file);
        Assert.Equal(await OwnerAsync(server, "carol"), await Shell.RunAsync("stat", ["--format=%u", server.PathOf(file)]));
    }

    [Theory]
    [InlineData("files.lab.test")]
    [InlineData("files.mit.test")]
    public async Task A_user_beyond_ASCII(string name)
    {
        KerberosServer server = await lab.StartAsync(name);
        await using SmbClientContext context = new();
        using SmbCredential uni = server.Password("ünï");

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), uni);

        await AssertMovesAsync(connection, server, "ünï.bin");
    }

    private static KerberosMechanism Kerberos(string? library) => new(new KerberosOptions { LibraryName = library });

    private static async Task<string> OwnerAsync(KerberosServer server, string user)
    {
        foreach (string line in await File.ReadAllLinesAsync(Path.Combine(server.Folder, "..", "passwd")))
        {
            if (line.StartsWith($@"LAB\{user}:", StringComparison.Ordinal))
            {
                return line.Split(':')[2] + "\n";
            }
        }

        return "nobody";
    }

    /// <summary>What is written arrives on the server's disk, and what is read is what was written.</summary>
    private static async Task AssertMovesAsync(SmbConnection connection, KerberosServer server, string file)
    {
        byte[] content = RandomNumberGenerator.GetBytes(123_456);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await share.WriteAllBytesAsync(file, content);
        Octets.AssertSame(content, await share.ReadAllBytesAsync(file));
        Octets.AssertSame(content, await File.ReadAllBytesAsync(server.PathOf(file)));
    }
}
