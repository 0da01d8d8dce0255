using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Responses that arrive as they were sent, signed, and say what cannot be.</summary>
public sealed class LyingTests : HostileSmb2Test
{
    [Theory]
    [InlineData(0xFFFFu, 30u)]
    [InlineData(8u, 30u)]
    [InlineData(72u, 0xFFFF_FFFFu)]
    [InlineData(72u, 0x8000_0000u)]
    [InlineData(72u, 2u)]
    public Task What_is_known_of_a_file_that_is_nowhere(uint offset, uint length) => IsRefusedAsync(
        Smb2Command.QueryInfo,
        m => Octets.With32(Octets.With16(m, Smb2Header.Size + 2, (ushort)offset), Smb2Header.Size + 4, length),
        share => share.GetInfoAsync("file"));

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(3)]
    public Task A_name_of_a_negative_or_odd_length(int length) => IsRefusedAsync(
        Smb2Command.QueryInfo,
        m => Octets.With32(m, 72 + 96, unchecked((uint)length)),
        share => share.GetInfoAsync("file"));

    [Theory]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0x8000_0000u)]
    [InlineData(4u)]
    public Task An_entry_whose_next_one_is_nowhere(uint next) => ListingIsRefusedAsync(m => Octets.With32(m, 72, next));

    [Theory]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0x7FFF_FFFEu)]
    [InlineData(0x8000_0000u)]
    [InlineData(5u)]
    public Task An_entry_with_an_impossible_name(uint length) => ListingIsRefusedAsync(m => Octets.With32(m, 72 + 60, length));

    [Theory]
    [InlineData(@"..\up")]
    [InlineData("a/b")]
    [InlineData("nul\0")]
    public async Task An_entry_with_a_path_in_its_name(string name)
    {
        ScriptedSmb2Server server = new();
        server.Files.Names = [name];
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);

        await MisbehavesAsync(() => share.EnumerateAsync().ToArrayAsync().AsTask(), SmbProtocolError.Malformed);

        server.Files.Names = [];
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_listing_without_end_is_left_when_its_reader_leaves()
    {
        ScriptedSmb2Server server = new();
        server.Files.Names = new Endless();
        server.Files.EntriesPerAnswer = 50;
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);

        Assert.Equal(1000, await share.EnumerateAsync().Take(1000).CountAsync().AsTask().WaitAsync(Limit));

        await CreditsAreWholeAsync(server, context);
        Assert.Empty(server.Connection.Opens);
    }

    [Fact]
    public async Task A_listing_that_neither_goes_on_nor_ends()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        server.Answer(Smb2Command.QueryDirectory, r => [r.Reply(new QueryDirectoryResponse { Output = default })]);

        await MisbehavesAsync(() => share.EnumerateAsync().ToArrayAsync().AsTask());

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_listing_of_nothing_but_the_directory_itself_goes_on()
    {
        ScriptedSmb2Server server = new();
        server.Files.Names = [".", "..", "file"];
        server.Files.EntriesPerAnswer = 2;
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);

        Assert.Equal(["file"], await share.EnumerateAsync().Select(e => e.Name).ToArrayAsync().AsTask().WaitAsync(Limit));

        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(0xFFFF_FFF8u, 8u)]
    [InlineData(8u, 24u)]
    [InlineData(152u, 0xFFFF_FFFFu)]
    [InlineData(152u, 16u)]
    public Task Create_contexts_that_are_nowhere(uint offset, uint length) => IsRefusedAsync(
        Smb2Command.Create,
        m => Octets.With32(Octets.With32(m, Smb2Header.Size + 80, offset), Smb2Header.Size + 84, length),
        share => share.OpenFileAsync("file"));

    [Theory]
    [InlineData(Smb2Command.Create)]
    [InlineData(Smb2Command.Write)]
    [InlineData(Smb2Command.QueryInfo)]
    [InlineData(Smb2Command.TreeConnect)]
    public async Task A_body_that_is_missing(object commandOf)
    {
        Smb2Command command = (Smb2Command)commandOf;
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnection connection = await OpenAsync(server, context);
        server.Answer(command, r => [r.Protect(r.Connection.Answer(r)[..Smb2Header.Size])]);

        await MisbehavesAsync(
            async () =>
            {
                SmbShare share = await connection.OpenShareAsync("share");
                SmbFile file = await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite);
                await file.WriteAsync(new byte[1], 0);
                await file.GetInfoAsync();
            },
            SmbProtocolError.Malformed);

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Sizes_and_times_that_no_file_has_are_no_reason_to_fall_over()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        server.Answer(Smb2Command.Create, r =>
        {
            byte[] message = r.Connection.Answer(r);
            message.AsSpan(Smb2Header.Size + 8, 48).Fill(0xFF);
            return [r.Protect(message)];
        });

        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);

        Assert.Null(file.InfoWhenOpened.CreationTime);
        Assert.Equal(30, await file.ReadAsync(new byte[100], 0).AsTask().WaitAsync(Limit));
        Assert.Equal(30, await file.CopyToAsync(Stream.Null).WaitAsync(Limit));
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(0xFFFF_FFFFu, 8u)]
    [InlineData(0u, 0x7FFF_FFFEu)]
    [InlineData(0u, 0xFFFF_FFFFu)]
    public async Task Changes_that_do_not_decode(uint next, uint nameLength)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        byte[] output = new byte[20];
        WireWriter writer = new(output);
        writer.UInt32(next);
        writer.UInt32(1);
        writer.UInt32(nameLength);
        server.Answer(Smb2Command.ChangeNotify, r => [r.Reply(new ChangeNotifyResponse { Output = output })]);

        await MisbehavesAsync(() => share.WatchAsync().FirstAsync().AsTask(), SmbProtocolError.Malformed);

        await StartsAnewAsync(server, context);
    }

    private static Task ListingIsRefusedAsync(Func<byte[], byte[]> change) =>
        IsRefusedAsync(Smb2Command.QueryDirectory, change, share => share.EnumerateAsync().ToArrayAsync().AsTask());

    private static async Task IsRefusedAsync(Smb2Command command, Func<byte[], byte[]> change, Func<SmbShare, Task> action)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        server.Answer(command, r => [r.Protect(change(r.Connection.Answer(r)))]);

        await MisbehavesAsync(() => action(share), SmbProtocolError.Malformed);

        await StartsAnewAsync(server, context);
    }

    /// <summary>Names without end.</summary>
    private sealed class Endless : IReadOnlyList<string>
    {
        public int Count => int.MaxValue;

        public string this[int index] => $"name {index}";

        public IEnumerator<string> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw new NotSupportedException();
    }
}
