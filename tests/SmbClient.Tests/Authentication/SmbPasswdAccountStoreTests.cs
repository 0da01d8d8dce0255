using System;
using System.IO;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>Samba's smbpasswd format, smbpasswd(5).</summary>
public sealed class SmbPasswdAccountStoreTests : IDisposable
{
    private const string NoHash = "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX";

    private static readonly string Hash = Convert.ToHexString(Gss.Exchange.Hash);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Users_sign_in_with_their_hashes()
    {
        Write(
            "# Samba SMB password file",
            "",
            $"alice:1000:{NoHash}:{Hash}:[U          ]:LCT-65A0B1C2:",
            $"bob:1001:{NoHash}:{Hash.ToLowerInvariant()}:[UD         ]:LCT-65A0B1C2:Bob, who left",
            $"carol:1002:{NoHash}:{Hash}:[UL         ]:LCT-65A0B1C2:",
            $"dave:1003:NO PASSWORDXXXXXXXXXXXXXXXXXXXXX:NO PASSWORDXXXXXXXXXXXXXXXXXXXXX:[NU         ]:LCT-65A0B1C2:",
            $"MACHINE$:1004:{NoHash}:{Hash}:[W          ]:LCT-65A0B1C2:",
            $"erin:1005:{NoHash}:{Hash}",
            "broken",
            $"short:1006:{NoHash}:{Hash[..30]}:[U          ]:",
            $":1007:{NoHash}:{Hash}:[U          ]:");
        using SmbPasswdAccountStore store = new(_path);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Accounts = store, DiscloseAccountState = true });

        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "alice"));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "ALICE"));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "alice@lab.test"));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, @"LAB\erin"));
        Assert.Equal(NtStatus.AccountDisabled, await RunAsync(authenticator, "bob"));
        Assert.Equal(NtStatus.AccountLockedOut, await RunAsync(authenticator, "carol"));
        foreach (string user in new[] { "dave", "MACHINE$", "broken", "short", "nobody", "# Samba SMB password file" })
        {
            Assert.Equal(NtStatus.LogonFailure, await RunAsync(authenticator, user));
        }

        Assert.Equal(NtStatus.LogonFailure, await RunAsync(authenticator, "alice", "wrong"));
    }

    [Fact]
    public async Task A_changed_file_is_read_again()
    {
        Write($"alice:1000:{NoHash}:{Hash}:[U          ]:LCT-65A0B1C2:");
        using SmbPasswdAccountStore store = new(_path);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Accounts = store });
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "alice"));

        // Of the same length, and in the same tick of the file's clock for all we know.
        Write($"alice:1000:{NoHash}:{new string('0', 32)}:[U          ]:LCT-65A0B1C2:");
        Assert.Equal(NtStatus.LogonFailure, await RunAsync(authenticator, "alice"));

        Write($"alice:1000:{NoHash}:{Hash}:[U          ]:LCT-65A0B1C2:");
        File.SetLastWriteTimeUtc(_path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "alice"));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "alice"));

        Write($"mallory:1000:{NoHash}:{Hash}:[U          ]:LCT-65A0B1C2:");
        File.SetLastWriteTimeUtc(_path, new DateTime(2020, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(NtStatus.LogonFailure, await RunAsync(authenticator, "alice"));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "mallory"));
    }

    [Fact]
    public async Task Without_its_file_it_cannot_tell()
    {
        File.Delete(_path);
        using SmbPasswdAccountStore store = new(_path);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Accounts = store });

        Assert.Equal(NtStatus.NoLogonServers, await RunAsync(authenticator, "alice"));
        Write($"alice:1000:{NoHash}:{Hash}:[U          ]:LCT-65A0B1C2:");
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, "alice"));
    }

    [Fact]
    public void Any_rubbish_is_a_file_without_accounts()
    {
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            byte[] rubbish = new byte[random.Next(300)];
            random.NextBytes(rubbish);
            foreach (ref byte octet in rubbish.AsSpan())
            {
                octet = octet < 40 ? (byte)':' : octet < 60 ? (byte)'\n' : octet;
            }

            Assert.Empty(SmbPasswdEntry.ReadAll(rubbish));
        }
    }

    private static async Task<NtStatus> RunAsync(SmbServerAuthenticator authenticator, string user, string password = SignIn.Password) =>
        (await new SignIn { Credential = GssCredential.Password(user, password) }.RunAsync(authenticator)).End.Status;

    private void Write(params string[] lines) => File.WriteAllLines(_path, lines);
}
