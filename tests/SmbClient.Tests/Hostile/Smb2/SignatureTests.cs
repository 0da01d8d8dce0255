using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Protection;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Responses on a signed session that are not signed as they must be: the connection ends, and no octet of theirs stays with the caller.</summary>
public sealed class SignatureTests : HostileSmb2Test
{
    /// <summary>Octets of the reads: more than a small message, so that the data goes straight into the caller's memory.</summary>
    private const int Length = 5000;

    private const byte Untouched = 0x55;

    /// <summary>Places in a READ response; the negative ones count from its end.</summary>
    public static TheoryData<int> Places => new(
        Smb2Header.CreditChargePosition,
        Smb2Header.StatusPosition,
        Smb2Header.CreditPosition,
        Smb2Header.FlagsPosition,
        Smb2Header.FlagsPosition + 3,
        Smb2Header.TreeIdPosition,
        Smb2Header.SessionIdPosition,
        Smb2Header.SignaturePosition,
        Smb2Header.SignaturePosition + 15,
        Smb2Header.Size + 2,
        Smb2Header.Size + 4,
        Smb2Header.Size + 8,
        ReadResponse.StandardDataOffset,
        ReadResponse.StandardDataOffset + 1234,
        -1);

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_changed_octet(int place) => IsRefusedAsync(SmbDialect.Smb311, SmbSigningAlgorithm.AesGmac, (_, frame) => Octets.Flip(frame, place));

    [Theory]
    [InlineData(SmbDialect.Smb202, SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbDialect.Smb210, SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbDialect.Smb300, SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbDialect.Smb302, SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbDialect.Smb311, SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbDialect.Smb311, SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbDialect.Smb311, SmbSigningAlgorithm.AesGmac)]
    public async Task A_changed_octet_of_the_data_a_missing_signature_or_one_of_another_key(SmbDialect dialect, SmbSigningAlgorithm algorithm)
    {
        await IsRefusedAsync(dialect, algorithm, (_, frame) => Octets.Flip(frame, -1));
        await IsRefusedAsync(dialect, algorithm, (_, frame) => Octets.Flip(frame, 80 + 2500, 0x80));
        await IsRefusedAsync(dialect, algorithm, (_, frame) => Octets.Unsigned(frame));
        await IsRefusedAsync(dialect, algorithm, (_, frame) => Octets.Flip(frame, Smb2Header.FlagsPosition, (byte)Smb2HeaderFlags.Signed));
        await IsRefusedAsync(dialect, algorithm, (_, frame) =>
        {
            frame.AsSpan(Smb2Header.SignaturePosition, 16).Clear();
            return frame;
        });
        await IsRefusedAsync(dialect, algorithm, (_, frame) =>
        {
            using Smb2Signer other = Smb2Signer.Create(algorithm, new byte[16]);
            other.Sign(frame, default);
            return frame;
        });
    }

    [Fact]
    public Task A_signature_that_was_the_requests() => IsRefusedAsync(SmbDialect.Smb300, SmbSigningAlgorithm.AesCmac, (request, frame) =>
    {
        request.Message.AsSpan(Smb2Header.SignaturePosition, 16).CopyTo(frame.AsSpan(Smb2Header.SignaturePosition));
        return frame;
    });

    [Fact]
    public async Task The_signature_of_another_users_session()
    {
        ScriptedSmb2Server server = CreateServer(SmbDialect.Smb311, SmbSigningAlgorithm.AesCmac);
        await using SmbClientContext context = new();
        await using SmbConnection bob = await SmbConnection.OpenAsync(server.Options(context), ScriptedAccounts.Bob).WaitAsync(Limit);
        ScriptedSession bobs = server.Connection.Sessions.Values.Single();
        await using SmbFile file = await OpenFileAsync(server, context);
        Assert.Single(server.Connections);
        server.Answer(Smb2Command.Read, r =>
        {
            byte[] frame = r.Answer();
            r.Connection.Sign(bobs, frame);
            return [frame];
        });

        await ReadIsRefusedAsync(file);

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Command.Create)]
    [InlineData(Smb2Command.Write)]
    [InlineData(Smb2Command.Close)]
    [InlineData(Smb2Command.QueryInfo)]
    [InlineData(Smb2Command.QueryDirectory)]
    [InlineData(Smb2Command.SetInfo)]
    [InlineData(Smb2Command.TreeConnect)]
    [InlineData(Smb2Command.TreeDisconnect)]
    [InlineData(Smb2Command.Lock)]
    [InlineData(Smb2Command.Flush)]
    public async Task No_command_is_exempt(object commandOf)
    {
        Smb2Command command = (Smb2Command)commandOf;
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnection connection = await OpenAsync(server, context);
        server.Answer(command, r => [Octets.Unsigned(r.Answer())]);

        await MisbehavesAsync(async () =>
        {
            SmbShare share = await connection.OpenShareAsync("share");
            SmbFile file = await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite);
            await file.WriteAsync(new byte[10], 0);
            await file.LockAsync(0, 1, exclusive: true, TimeSpan.Zero);
            await file.FlushAsync();
            await share.GetInfoAsync("file");
            await share.DeleteFileAsync("file");
            await foreach (SmbDirectoryEntry _ in share.EnumerateAsync())
            {
            }

            if (command == Smb2Command.TreeDisconnect)
            {
                await share.DisposeAsync();
                await connection.OpenShareAsync("share");
            }
        });

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task One_bad_signature_within_a_compound()
    {
        for (int part = 0; part < 3; part++)
        {
            ScriptedSmb2Server server = new();
            await using SmbClientContext context = new();
            await using SmbShare share = await OpenShareAsync(server, context);
            int bad = part;
            server.ToClient = frame =>
            {
                if (!Octets.IsOf(frame, Smb2Command.Create))
                {
                    return frame;
                }

                int position = 0;
                for (int i = 0; i < bad; i++)
                {
                    position += BitConverter.ToInt32(frame, position + Smb2Header.NextCommandPosition);
                }

                return Octets.Flip(frame, position + Smb2Header.Size + 4);
            };

            await MisbehavesAsync(() => share.GetInfoAsync("file"));

            await StartsAnewAsync(server, context);
        }
    }

    [Theory]
    [InlineData(NtStatus.NetworkNameDeleted)]
    [InlineData(NtStatus.FileClosed)]
    [InlineData(NtStatus.InvalidParameter)]
    [InlineData(NtStatus.UserSessionDeleted)]
    public async Task What_servers_legitimately_leave_unsigned_is_an_answer(NtStatus status)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.BareStatus(status)]);

        SmbStatusException e = await FailsAsync<SmbStatusException>(() => file.ReadAsync(new byte[10], 0).AsTask());

        Assert.Equal(status, e.Status);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Theory]
    [InlineData(NtStatus.AccessDenied)]
    [InlineData(NtStatus.EndOfFile)]
    [InlineData(NtStatus.NetworkSessionExpired)]
    [InlineData(NtStatus.Pending)]
    public async Task What_servers_sign_is_refused_unsigned(NtStatus status)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.BareStatus(status)]);

        await ReadIsRefusedAsync(file);

        await StartsAnewAsync(server, context);
    }

    private static ScriptedSmb2Server CreateServer(SmbDialect dialect, SmbSigningAlgorithm algorithm)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect, SigningAlgorithms = [algorithm] };
        server.Files["file"] = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i | 1))];
        return server;
    }

    private static async Task IsRefusedAsync(SmbDialect dialect, SmbSigningAlgorithm algorithm, Func<ScriptedRequest, byte[], byte[]> forge)
    {
        ScriptedSmb2Server server = CreateServer(dialect, algorithm);
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [forge(r, r.Answer())]);

        await ReadIsRefusedAsync(file);

        await StartsAnewAsync(server, context);
    }

    private static async Task ReadIsRefusedAsync(SmbFile file)
    {
        byte[] buffer = new byte[Length];
        buffer.AsSpan().Fill(Untouched);

        await MisbehavesAsync(() => file.ReadAsync(buffer, 0).AsTask());

        HoldsOnly(buffer, Untouched, 0);
    }
}
