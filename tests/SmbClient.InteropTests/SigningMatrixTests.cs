using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>Every cell of the signing matrix that a real server can show, told by the octets on the wire ([MS-SMB] 3.2.4.2.4; G1, G2, N4, N6, S4, S6).</summary>
public sealed class SigningMatrixTests(LabFixture lab)
{
    private const byte ReadAndX = 0x2E;
    private const byte SessionSetup = 0x73;
    private const ushort SecuritySignature = 0x0004;
    private const ushort SecuritySignatureRequired = 0x0010;

    private static readonly (string Row, SmbSigningState Policy, string Cell)[] Matrix =
    [
        ("disabled", SmbSigningState.Disabled, "unsigned"),
        ("disabled", SmbSigningState.Declined, "unsigned"),
        ("disabled", SmbSigningState.Enabled, "unsigned"),
        ("disabled", SmbSigningState.Required, "blocked"),
        ("auto", SmbSigningState.Disabled, "unsigned"),
        ("auto", SmbSigningState.Declined, "unsigned"),
        ("auto", SmbSigningState.Enabled, "signed"),
        ("auto", SmbSigningState.Required, "signed"),
        ("mandatory", SmbSigningState.Disabled, "blocked"),
        ("mandatory", SmbSigningState.Declined, "signed"),
        ("mandatory", SmbSigningState.Enabled, "signed"),
        ("mandatory", SmbSigningState.Required, "signed"),
    ];

    /// <summary>The cells of the states that the servers of the lab can have.</summary>
    public static TheoryData<string, SmbSigningState, string> Cells => [.. Matrix.Where(c => LabRows.SigningStates.Contains(c.Row))];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task The_wire_shows_the_cell(string row, SmbSigningState policy, string cell)
    {
        LabServer server = await lab.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new() { MessageSigningPolicy = policy };
        if (cell == "blocked")
        {
            SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice));

            Assert.Equal(SmbProtocolError.Incompatible, e.Error);
            Assert.Contains(policy.ToString(), e.Message, StringComparison.Ordinal);
            Assert.Contains(row == "disabled" ? "Disabled" : "Required", e.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(SmbConnectionOptions.MessageSigningPolicy), e.Message, StringComparison.Ordinal);
            await relay.ClientClosed.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(2, relay.Messages.Count);
            return;
        }

        await using (SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice))
        await using (SmbShare share = await connection.OpenShareAsync("share"))
        {
            Assert.Equal("hello\n"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
            Assert.Equal(cell == "signed", connection.IsSigned);
        }

        RecordedMessage[] messages = [.. relay.Messages];
        int signInEnds = Array.FindLastIndex(messages, m => m is { Command: SessionSetup, FromClient: false });
        RecordedMessage[] requests = [.. messages.Where(m => m is { Command: SessionSetup, FromClient: true })];
        Assert.All(requests, m => Assert.Equal(policy == SmbSigningState.Required, (m.Flags2 & SecuritySignatureRequired) != 0));
        Assert.All(requests, m => Assert.Equal(cell == "signed", (m.Flags2 & SecuritySignature) != 0));
        Assert.All(requests, m => Assert.False(m.HasSignature));
        Assert.True(messages.Length > signInEnds + 4);
        Assert.All(messages.Skip(signInEnds), m => Assert.Equal(cell == "signed", m.HasSignature));
    }

    [Fact]
    public async Task A_changed_octet_on_the_way_ends_the_connection()
    {
        LabServer server = await lab.StartAsync("mandatory");
        await using Relay relay = new(server);
        relay.Change((frame, octets) => octets[^1] ^= (byte)(frame.Smb1 is { FromClient: false, Command: ReadAndX } ? 1 : 0));
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("hello.txt");
        byte[] buffer = new byte[6];

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(async () => await file.ReadAsync(buffer, 0));

        Assert.Equal(SmbProtocolError.Misbehaved, e.Error);
        Assert.All(buffer, b => Assert.Equal(0, b));
        Assert.Equal(0, context.GetStatistics().Connections);
    }
}
