using SmbClient.Connections;
using Xunit;

namespace SmbClient.Tests.Connections;

/// <summary>The signing matrix of [MS-SMB] 3.2.4.2.4, typed once more from the specification.</summary>
public class SigningPolicyTests
{
    [Theory]
    [InlineData(SmbSigningState.Disabled, SmbSigningState.Disabled, "Message Unsigned")]
    [InlineData(SmbSigningState.Disabled, SmbSigningState.Declined, "Message Unsigned")]
    [InlineData(SmbSigningState.Disabled, SmbSigningState.Enabled, "Message Unsigned")]
    [InlineData(SmbSigningState.Disabled, SmbSigningState.Required, "Blocked")]
    [InlineData(SmbSigningState.Declined, SmbSigningState.Disabled, "Message Unsigned")]
    [InlineData(SmbSigningState.Declined, SmbSigningState.Declined, "Message Unsigned")]
    [InlineData(SmbSigningState.Declined, SmbSigningState.Enabled, "Message Unsigned")]
    [InlineData(SmbSigningState.Declined, SmbSigningState.Required, "Message Signed")]
    [InlineData(SmbSigningState.Enabled, SmbSigningState.Disabled, "Message Unsigned")]
    [InlineData(SmbSigningState.Enabled, SmbSigningState.Declined, "Message Unsigned")]
    [InlineData(SmbSigningState.Enabled, SmbSigningState.Enabled, "Message Signed")]
    [InlineData(SmbSigningState.Enabled, SmbSigningState.Required, "Message Signed")]
    [InlineData(SmbSigningState.Required, SmbSigningState.Disabled, "Blocked")]
    [InlineData(SmbSigningState.Required, SmbSigningState.Declined, "Message Signed")]
    [InlineData(SmbSigningState.Required, SmbSigningState.Enabled, "Message Signed")]
    [InlineData(SmbSigningState.Required, SmbSigningState.Required, "Message Signed")]
    public void Every_cell_is_as_printed(SmbSigningState client, SmbSigningState server, string cell)
    {
        SigningOutcome expected = cell switch
        {
            "Message Unsigned" => SigningOutcome.Unsigned,
            "Message Signed" => SigningOutcome.Signed,
            _ => SigningOutcome.Blocked,
        };

        Assert.Equal(expected, SigningPolicy.Evaluate(client, server));
    }
}
