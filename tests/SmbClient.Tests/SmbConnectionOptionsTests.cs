using System;
using System.Threading.Tasks;
using Xunit;

namespace SmbClient.Tests;

/// <summary>Values that no connection can have are refused before anything is sent, by the name of the option that is to blame.</summary>
public class SmbConnectionOptionsTests
{
    private static readonly SmbConnectionOptions Good = new() { Server = "files" };

    public static TheoryData<string, SmbConnectionOptions> Bad => new()
    {
        { nameof(SmbConnectionOptions.Port), Good with { Port = 70000 } },
        { nameof(SmbConnectionOptions.MaxDialect), Good with { MaxDialect = SmbDialect.NtLm012 } },
        { nameof(SmbConnectionOptions.MaxDialect), Good with { MinDialect = SmbDialect.Smb311, MaxDialect = SmbDialect.Smb300 } },
        { nameof(SmbConnectionOptions.MaxDialect), Good with { MinDialect = SmbDialect.Smb311, MaxDialect = SmbDialect.None } },
        { nameof(SmbConnectionOptions.Ciphers), Good with { Ciphers = [SmbCipher.Aes128Gcm, SmbCipher.Aes128Gcm] } },
        { nameof(SmbConnectionOptions.Ciphers), Good with { Ciphers = [(SmbCipher)9] } },
        { nameof(SmbConnectionOptions.SigningAlgorithms), Good with { SigningAlgorithms = [SmbSigningAlgorithm.Md5] } },
        { nameof(SmbConnectionOptions.Encryption), Good with { Encryption = SmbEncryptionPolicy.Required, MaxDialect = SmbDialect.Smb210 } },
        { nameof(SmbConnectionOptions.Encryption), Good with { Encryption = SmbEncryptionPolicy.Required, Ciphers = [] } },
        { nameof(SmbConnectionOptions.TransferSize), Good with { TransferSize = 100 } },
        { nameof(SmbConnectionOptions.TransferSize), Good with { TransferSize = 16 << 20 } },
        { nameof(SmbConnectionOptions.TransferDepth), Good with { TransferDepth = 0 } },
        { nameof(SmbConnectionOptions.ConnectTimeout), Good with { ConnectTimeout = TimeSpan.Zero } },
        { nameof(SmbConnectionOptions.RequestTimeout), Good with { RequestTimeout = TimeSpan.FromSeconds(-5) } },
        { nameof(SmbConnectionOptions.Mechanisms), Good with { Mechanisms = [] } },
        { nameof(SmbConnectionOptions.Mechanisms), Good with { Mechanisms = [null!] } },
        { nameof(SmbConnectionOptions.ServicePrincipalName), Good with { ServicePrincipalName = "files.lab.test" } },
        { nameof(SmbConnectionOptions.AllowLanManager), Good with { AllowLanManager = true } },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public async Task Impossible_values_are_refused(string name, SmbConnectionOptions options)
    {
        ArgumentException e = await Assert.ThrowsAnyAsync<ArgumentException>(() => SmbConnection.OpenAsync(options, SmbCredential.Anonymous));

        Assert.Equal(name, e.ParamName);
    }

    [Fact]
    public async Task Without_a_dialect_the_error_names_the_option_that_turns_SMB1_on()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => SmbConnection.OpenAsync(Good with { MaxDialect = SmbDialect.NtLm012 }, SmbCredential.Anonymous));

        Assert.Contains(nameof(SmbConnectionOptions.AllowSmb1), e.Message, StringComparison.Ordinal);
    }
}
