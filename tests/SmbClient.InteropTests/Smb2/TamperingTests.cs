using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Somebody on the way who changes octets is found out, gets nothing into a caller's memory, and harms one connection only (client-state L4, L7, L8, Q10, I4).</summary>
public sealed class TamperingTests(LabFixture servers)
{
    private const int Flags = 16, Status = 8, Credits = 14, SessionId = 40, Signature = 48;
    private const byte Signed = 0x08;

    /// <summary>Where to flip an octet of a READ response, counted from the end where negative.</summary>
    private static readonly int[] PlacesInSigned = [Status, Credits, SessionId, Signature, 64 + 4, -1];

    /// <summary>Where to flip an octet of a sealed message: its signature, nonce, length, flags and session, then what is inside.</summary>
    private static readonly int[] PlacesInSealed = [4, 20, 36, 42, 44, 52, 100, -1];

    public static TheoryData<string, int> SignedPlaces => Cross(["smb2_02", "smb2_10", "smb3_00", "smb3_11"], PlacesInSigned);

    public static TheoryData<string, int> SealedPlaces => Cross(["smb3_00", "aes-256-ccm", "aes-256-gcm", "encrypt-required"], PlacesInSealed);

    [Theory]
    [MemberData(nameof(SignedPlaces))]
    public async Task A_signed_response_with_another_octet(string row, int place)
    {
        await FindOutAsync(row, SmbEncryptionPolicy.IfServerRequires, (frame, octets) => Flip(octets, frame.IsResponse(Verb.Read) ? place : null));
    }

    [Theory]
    [MemberData(nameof(SealedPlaces))]
    public async Task A_sealed_response_with_another_octet(string row, int place)
    {
        await FindOutAsync(row, SmbEncryptionPolicy.Required, (frame, octets) => Flip(octets, frame is { FromClient: false, Kind: FrameKind.Transform } ? place : null));
    }

    [Theory]
    [InlineData("smb2_02")]
    [InlineData("smb3_00")]
    [InlineData("smb3_11")]
    public async Task A_response_whose_signature_is_taken_away(string row)
    {
        await FindOutAsync(row, SmbEncryptionPolicy.IfServerRequires, (frame, octets) =>
        {
            if (frame.IsResponse(Verb.Read))
            {
                octets[Flags] &= unchecked((byte)~Signed);
                octets.AsSpan(Signature, 16).Clear();
                octets[^1] ^= 1;
            }
        });
    }

    [Theory]
    [InlineData(Verb.Create)]
    [InlineData(Verb.Close)]
    [InlineData(Verb.TreeConnect)]
    public async Task Any_other_response_with_another_octet(Verb verb)
    {
        LabServer server = await servers.StartAsync("smb3_11");
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        relay.Change((frame, octets) => Flip(octets, frame.IsResponse(verb) ? 70 : null));

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(async () =>
        {
            await using SmbShare share = await connection.OpenShareAsync("share");
            await share.GetInfoAsync("hello.txt");
        });

        Assert.Equal(SmbProtocolError.Misbehaved, e.Error);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    /// <summary>SecurityMode, Capabilities and ServerGuid; in 3.1.1 every octet counts, such as those of MaxReadSize, SystemTime and the last context.</summary>
    [Theory]
    [InlineData("smb3_11", 64 + 2)]
    [InlineData("smb3_11", 64 + 8)]
    [InlineData("smb3_11", 64 + 24)]
    [InlineData("smb3_11", 64 + 34)]
    [InlineData("smb3_11", 64 + 40)]
    [InlineData("smb3_11", 64 + 130)]
    [InlineData("smb3_02", 64 + 2)]
    [InlineData("smb3_00", 64 + 2)]
    [InlineData("smb3_00", 64 + 8)]
    [InlineData("smb3_00", 64 + 24)]
    [InlineData("smb2_10", 64 + 8)]
    public async Task A_negotiation_with_another_octet(string row, int place)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Enabled };
        relay.Change((frame, octets) => Flip(octets, frame.IsResponse(Verb.Negotiate) ? place : null));

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => UseAsync(relay.Options(context)));

        Assert.NotEqual(SmbProtocolError.Incompatible, e.Error);
        Assert.Equal(0, context.GetStatistics().Connections);
        relay.Change((_, _) => { });
        await UseAsync(relay.Options(context));
    }

    /// <summary>The dialect is lowered without the client's knowing: in the answer, and in the question.</summary>
    [Theory]
    [InlineData("smb3_11", SmbDialect.Smb302)]
    [InlineData("smb3_02", SmbDialect.Smb300)]
    [InlineData("smb3_00", SmbDialect.Smb210)]
    [InlineData("smb2_10", SmbDialect.Smb202)]
    public async Task An_answer_with_an_older_dialect(string row, SmbDialect lowered)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        relay.Change((frame, octets) =>
        {
            if (frame.IsResponse(Verb.Negotiate))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(64 + 4), (ushort)lowered);
            }
        });

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => UseAsync(relay.Options(context)));

        AssertUnsafe(e);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    [Theory]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb300)]
    [InlineData(SmbDialect.Smb302)]
    public async Task A_question_with_older_dialects_only(SmbDialect lowered)
    {
        LabServer server = await servers.StartAsync("smb2");
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        relay.Change((frame, octets) =>
        {
            if (frame.IsRequest(Verb.Negotiate))
            {
                // The number of dialects stays; those that are too new become the one that is wanted.
                int count = BinaryPrimitives.ReadUInt16LittleEndian(octets.AsSpan(64 + 2));
                foreach (int i in Enumerable.Range(0, count))
                {
                    Span<byte> dialect = octets.AsSpan(64 + 36 + (2 * i), 2);
                    BinaryPrimitives.WriteUInt16LittleEndian(dialect, Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(dialect), (ushort)lowered));
                }
            }
        });

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => UseAsync(relay.Options(context)));

        Assert.Equal((ushort)lowered, relay.Frames.Negotiation!.Dialect);
        AssertUnsafe(e);
        Assert.Equal(0, context.GetStatistics().Connections);
        relay.Change((_, _) => { });
        await UseAsync(relay.Options(context));
    }

    private static void AssertUnsafe(Exception e)
    {
        // A server that finds out first ends the connection, as it should.
        Assert.True(e is SmbProtocolException { Error: SmbProtocolError.Misbehaved } or SmbConnectionClosedException, $"{e}");
    }

    private static TheoryData<string, int> Cross(string[] rows, int[] places)
    {
        TheoryData<string, int> all = [];
        foreach (string row in rows)
        {
            foreach (int place in places)
            {
                all.Add(row, place);
            }
        }

        return all;
    }

    private static void Flip(byte[] octets, int? place)
    {
        if (place is { } where)
        {
            octets[where < 0 ? octets.Length + where : where] ^= 0x01;
        }
    }

    private static async Task UseAsync(SmbConnectionOptions options)
    {
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        Assert.Equal("hello\n"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
    }

    /// <summary>Reads a file on a connection that is tampered with from then on.</summary>
    private async Task FindOutAsync(string row, SmbEncryptionPolicy encryption, Action<RecordedFrame, byte[]> change)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = relay.Options(context) with { Encryption = encryption };
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("hello.txt");
        byte[] buffer = new byte[6];
        Assert.Equal(6, await file.ReadAsync(buffer, 0));
        buffer.AsSpan().Clear();
        relay.Change(change);

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(async () => await file.ReadAsync(buffer, 0));

        Assert.NotEqual(SmbProtocolError.Incompatible, e.Error);
        Assert.Contains("127.0.0.1", e.Message, StringComparison.Ordinal);
        Assert.All(buffer, b => Assert.Equal(0, b));
        Assert.Equal(0, context.GetStatistics().Connections);
        await relay.ClientClosed.WaitAsync(TimeSpan.FromSeconds(10));
        relay.Change((_, _) => { });
        await UseAsync(options);
    }
}
