using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Dialects.Smb1;
using SmbClient.Gss.Spnego;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Hostile;

/// <summary>What [MS-SMB] 3.2.4.2.4 prescribes for the messages of a sign-in, read from the messages.</summary>
public sealed class SessionSetupWireTests
{
    [Theory]
    [InlineData(SmbSigningState.Required)]
    [InlineData(SmbSigningState.Declined)]
    public async Task The_request_is_as_prescribed(SmbSigningState policy)
    {
        ScriptedServer server = new();
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { MessageSigningPolicy = policy }, ScriptedServer.Credential);

        Request[] setups = [.. server.Requests.Where(r => r.Command == Smb1Command.SessionSetupAndX)];
        Assert.Equal(2, setups.Length);
        Assert.Equal(0, setups[0].Header.Uid);
        Assert.NotEqual(0, setups[1].Header.Uid);
        foreach (Request setup in setups)
        {
            WireReader reader = new(setup.Message);
            reader.Skip(Smb1Header.Size);
            SessionSetupExtendedRequest body = SessionSetupExtendedRequest.Read(ref reader, server.Strings);
            Assert.True(body.Capabilities.HasFlag(Smb1Capabilities.ExtendedSecurity));
            Assert.True(setup.Header.Flags2.HasFlag(Smb1Flags2.ExtendedSecurity));
            Assert.Equal(policy == SmbSigningState.Required, setup.Header.Flags2.HasFlag(Smb1Flags2.SecuritySignatureRequired));
            Assert.Equal(10, body.MaxMpxCount);
            Assert.Equal(setup == setups[0] ? 0x60 : 0xA1, body.SecurityBlob.Span[0]);

            // The blob is a whole token, so its length is the token's.
            _ = setup == setups[0] ? (object)SpnegoTokens.DecodeInit(body.SecurityBlob) : SpnegoTokens.DecodeResp(body.SecurityBlob);
        }
    }

    [Fact]
    public async Task A_password_goes_out_in_the_clear_only_when_that_is_asked_for()
    {
        ScriptedServer server = new() { SecurityMode = Smb1SecurityMode.UserLevel, Capabilities = Smb1Capabilities.Unicode | Smb1Capabilities.NtSmbs | Smb1Capabilities.Status32 };
        server.OnRequest = r => r.Command == Smb1Command.SessionSetupAndX ? [server.Reply(r, new SessionSetupResponse { NativeOs = "", NativeLanMan = "", PrimaryDomain = "" }, uid: 9)] : null;
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { AllowNonExtendedSecurity = true, MessageSigningPolicy = SmbSigningState.Disabled };

        SmbProtocolException refused = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(options, ScriptedServer.Credential));
        Assert.Equal(0, server.Count(Smb1Command.SessionSetupAndX));
        await using SmbConnection connection = await SmbConnection.OpenAsync(options with { AllowPlaintextPassword = true }, ScriptedServer.Credential);

        Assert.Contains(nameof(SmbConnectionOptions.AllowPlaintextPassword), refused.Message, StringComparison.Ordinal);
        WireReader reader = new(server.Requests.Last(r => r.Command == Smb1Command.SessionSetupAndX).Message);
        reader.Skip(Smb1Header.Size);
        SessionSetupRequest request = SessionSetupRequest.Read(ref reader, server.Strings);
        Assert.Equal("secret", System.Text.Encoding.Unicode.GetString(request.UnicodePassword.Span));
        Assert.Equal(("alice", 0), (request.AccountName, request.OemPassword.Length));
    }

    [Theory]
    [InlineData(0x00, SmbSigningState.Disabled)]
    [InlineData(0x03, SmbSigningState.Disabled)]
    [InlineData(0x07, SmbSigningState.Enabled)]
    [InlineData(0x0F, SmbSigningState.Required)]
    [InlineData(0x0B, SmbSigningState.Disabled)]
    [InlineData(0x0E, SmbSigningState.Disabled)]
    [InlineData(0x0D, SmbSigningState.Disabled)]
    public void Signing_states_come_from_two_bits(byte mode, SmbSigningState state) =>
        Assert.Equal(state, Smb1Negotiation.SigningStateOf((Smb1SecurityMode)mode));

    [Theory]
    [InlineData(true, 16384)]
    [InlineData(false, 61440)]
    public async Task Signed_transfers_fit_the_servers_buffer(bool signed, int largest)
    {
        ScriptedServer server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = signed ? SmbSigningState.Required : SmbSigningState.Disabled };
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, ScriptedServer.Credential);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite);

        await file.WriteAsync(new byte[200_000], 0);
        await file.ReadAsync(new byte[200_000], 0);

        Assert.Equal(largest, server.Requests.Where(r => r.Command == Smb1Command.WriteAndX).Max(r => WriteLength(server, r)));
        Assert.Equal(largest, server.Requests.Where(r => r.Command == Smb1Command.ReadAndX).Max(r => ReadLength(server, r)));
    }

    private static int WriteLength(ScriptedServer server, Request request)
    {
        WireReader reader = new(request.Message);
        reader.Skip(Smb1Header.Size);
        return (int)WriteRequest.Read(ref reader, server.Strings).DataLength;
    }

    private static int ReadLength(ScriptedServer server, Request request)
    {
        WireReader reader = new(request.Message);
        reader.Skip(Smb1Header.Size);
        return (int)ReadRequest.Read(ref reader, server.Strings).MaxCount;
    }
}
