using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>
/// The client's policy against what smbd says of signing, told by the octets on the wire. A server of SMB2 cannot say that it does not sign: to smbd
/// "disabled" is "auto" there, so that three rows of the table have one outcome where SMB1 has two.
/// </summary>
public sealed class SigningMatrixTests(LabFixture servers)
{
    private const ushort SigningEnabled = 1;
    private const ushort SigningRequired = 2;

    public static TheoryData<SmbDialect, string, SmbSigningState, string> Cells
    {
        get
        {
            TheoryData<SmbDialect, string, SmbSigningState, string> cells = [];
            foreach (SmbDialect dialect in new[] { SmbDialect.Smb202, SmbDialect.Smb210, SmbDialect.Smb300, SmbDialect.Smb311 })
            {
                foreach (string row in LabRows.SigningStates.Where(r => r != "mandatory"))
                {
                    cells.Add(dialect, row, SmbSigningState.Disabled, "unsigned");
                    cells.Add(dialect, row, SmbSigningState.Declined, "unsigned");
                    cells.Add(dialect, row, SmbSigningState.Enabled, "signed");
                    cells.Add(dialect, row, SmbSigningState.Required, "signed");
                }

                cells.Add(dialect, "mandatory", SmbSigningState.Disabled, "blocked");
                cells.Add(dialect, "mandatory", SmbSigningState.Declined, "signed");
                cells.Add(dialect, "mandatory", SmbSigningState.Enabled, "signed");
                cells.Add(dialect, "mandatory", SmbSigningState.Required, "signed");
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task The_wire_shows_the_cell(SmbDialect dialect, string row, SmbSigningState policy, string cell)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new() { MessageSigningPolicy = policy };
        if (cell == "blocked")
        {
            SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(relay.Options(context, dialect), LabServer.Alice));

            Assert.Equal(SmbProtocolError.Incompatible, e.Error);
            Assert.Contains(policy.ToString(), e.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(SmbConnectionOptions.MessageSigningPolicy), e.Message, StringComparison.Ordinal);
            await relay.ClientClosed.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal([RecordedSmb2.Negotiate, RecordedSmb2.Negotiate], relay.Frames.Smb2.Select(m => m.Command));
            return;
        }

        await using (SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context, dialect), LabServer.Alice))
        await using (SmbShare share = await connection.OpenShareAsync("share"))
        {
            Assert.Equal("hello\n"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
            Assert.Equal(cell == "signed", connection.IsSigned);
            Assert.Equal(row == "mandatory" ? SmbSigningState.Required : SmbSigningState.Enabled, connection.ServerSigningState);
        }

        RecordedFrames frames = relay.Frames;
        RecordedSmb2[] requests = [.. frames.Smb2.Where(m => !m.IsResponse)];
        ushort announced = policy == SmbSigningState.Required ? SigningRequired : SigningEnabled;
        Assert.Equal(announced, BinaryPrimitives.ReadUInt16LittleEndian(requests.Single(m => m.Command == RecordedSmb2.Negotiate).Body[4..]));
        Assert.All(requests.Where(m => m.Command == RecordedSmb2.SessionSetup), m => Assert.Equal(announced, m.Body[3]));
        Assert.Equal(row == "mandatory" ? SigningEnabled | SigningRequired : SigningEnabled, frames.Negotiation!.SecurityMode);
        if (cell == "signed")
        {
            frames.AssertSigned();
        }
        else
        {
            frames.AssertUnsigned();
        }
    }
}
