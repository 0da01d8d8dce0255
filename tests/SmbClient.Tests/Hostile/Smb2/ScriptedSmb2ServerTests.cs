using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>The scripted server as it behaves by itself: in every dialect, with every signature and cipher, everything works, and every credit comes back.</summary>
public sealed class ScriptedSmb2ServerTests : HostileSmb2Test
{
    [Theory]
    [InlineData(SmbDialect.Smb202, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb202, SmbSigningState.Declined)]
    [InlineData(SmbDialect.Smb210, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb210, SmbSigningState.Declined)]
    [InlineData(SmbDialect.Smb300, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb300, SmbSigningState.Declined)]
    [InlineData(SmbDialect.Smb302, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb311, SmbSigningState.Required)]
    [InlineData(SmbDialect.Smb311, SmbSigningState.Declined)]
    public async Task Every_dialect(SmbDialect dialect, SmbSigningState policy)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };

        SmbConnection connection = await OpenAsync(server, context, options);

        Assert.Equal((dialect, policy == SmbSigningState.Required), (connection.Dialect, connection.IsSigned));
        await UseAsync(connection, server);
        await CreditsAreWholeAsync(server, context, options);
    }

    [Theory]
    [InlineData(SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbSigningAlgorithm.AesGmac)]
    public async Task Every_signing_algorithm(SmbSigningAlgorithm algorithm)
    {
        ScriptedSmb2Server server = new() { SigningAlgorithms = [algorithm] };
        await using SmbClientContext context = new();

        SmbConnection connection = await OpenAsync(server, context);

        Assert.Equal(algorithm, connection.SigningAlgorithm);
        await UseAsync(connection, server);
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(SmbCipher.Aes128Ccm, true)]
    [InlineData(SmbCipher.Aes128Gcm, true)]
    [InlineData(SmbCipher.Aes256Ccm, true)]
    [InlineData(SmbCipher.Aes256Gcm, true)]
    [InlineData(SmbCipher.Aes128Gcm, false)]
    public async Task Every_cipher(SmbCipher cipher, bool wholeSession)
    {
        ScriptedSmb2Server server = new() { Ciphers = [cipher], SealSessions = wholeSession, SealShares = !wholeSession };
        await using SmbClientContext context = new();

        SmbConnection connection = await OpenAsync(server, context);

        Assert.Equal((cipher, wholeSession), (connection.Cipher, connection.IsEncrypted));
        await UseAsync(connection, server);
        Assert.All(server.Requests.Where(r => r.Command is Smb2Command.Read or Smb2Command.Create), r => Assert.True(r.WasSealed));
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_null_session()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined };

        SmbConnection connection = await SmbConnection.OpenAsync(options, SmbCredential.Anonymous).WaitAsync(Limit);

        Assert.Equal((true, false), (connection.IsAnonymous, connection.IsSigned));
        await UseAsync(connection, server);
        KeptTheRules(server);
    }

    [Fact]
    public async Task A_wrong_password()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();

        SmbAuthenticationException e = await FailsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromPassword("alice", "wrong")));

        Assert.Equal(NtStatus.LogonFailure, e.Status);
        await StartsAnewAsync(server, context);
    }

    private static async Task UseAsync(SmbConnection connection, ScriptedSmb2Server server)
    {
        byte[] large = [.. Enumerable.Range(0, 1_500_000).Select(i => (byte)(i * 7 / 3))];
        await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
        await share.WriteAllBytesAsync("large", large).WaitAsync(Limit);
        Assert.Equal(large, server.Files["large"]);
        Assert.Equal(large, await share.ReadAllBytesAsync("large").WaitAsync(Limit));
        Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("small").WaitAsync(Limit));
        Assert.Equal(large.Length, (await share.GetInfoAsync("large").WaitAsync(Limit)).Length);
        Assert.Null(await share.TryGetInfoAsync("missing").WaitAsync(Limit));
        await share.DeleteFileAsync("large").WaitAsync(Limit);
        await share.GetVolumeInfoAsync().WaitAsync(Limit);
        List<string> names = [];
        await foreach (SmbDirectoryEntry entry in share.EnumerateAsync())
        {
            names.Add(entry.Name);
        }

        Assert.Equal(server.Files.Names, names);
        await using SmbFile file = await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite).WaitAsync(Limit);
        await file.LockAsync(0, 1, exclusive: true, TimeSpan.Zero).WaitAsync(Limit);
        await file.UnlockAsync(0, 1).WaitAsync(Limit);
        await file.FlushAsync().WaitAsync(Limit);
        Assert.Equal(ScriptedFiles.FileContent.Length, await file.ReadAsync(new byte[100], 0).AsTask().WaitAsync(Limit));
    }
}
