using System;
using System.Threading.Tasks;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Server;

/// <summary>A session setup counts the octets of its token in 16 bits.</summary>
public class TokenLengthTests
{
    [Theory]
    [InlineData(SmbDialect.NtLm012)]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb311)]
    public async Task A_token_that_does_not_fit_is_told_and_not_cut(SmbDialect dialect)
    {
        await using ServerFixture server = new(o => o with { AllowSmb1 = true });
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context, dialect) with { Mechanisms = [new FakeMechanism("1.2.3") { RequestLength = 70_000 }] };

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(options, ServerFixture.Alice));

        Assert.Contains("65535 at most", e.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(SmbConnectionOptions.Delegation), e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Sessions);
    }
}
