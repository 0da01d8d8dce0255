using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Server.Smb2;

/// <summary>Copies of chunks, as requests; and what else IOCTL and compounds have of their own.</summary>
public class CopyChunkTests
{
    private static readonly byte[] Content = ServerFixture.Content;

    [Fact]
    public async Task Chunks_are_copied()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        byte[] key = await KeyAsync(client);
        FileId target = await client.OpenAsync("copy.txt");

        RawResponse response = await client.AskAsync(Copy(target, key, [new CopyChunk(0, 5, 5), new CopyChunk(6, 0, 4)]));

        Assert.Equal((NtStatus.Success, new CopyChunkResponse(2, 0, 9)), (response.Status, Read(response)));
        Assert.Equal([.. Content[6..10], 0, .. Content[..5]], fixture.Store.ReadAllBytes("copy.txt"));
    }

    [Fact]
    public async Task A_chunk_that_is_not_there_ends_the_copy()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        byte[] key = await KeyAsync(client);
        FileId target = await client.OpenAsync("copy.txt");

        RawResponse response = await client.AskAsync(Copy(target, key, [new CopyChunk(0, 0, 5), new CopyChunk(1, 5, (uint)Content.Length), new CopyChunk(0, 5, 5)]));

        Assert.Equal((NtStatus.InvalidViewSize, new CopyChunkResponse(1, 0, 5)), (response.Status, Read(response)));
        Assert.Equal(Content[..5], fixture.Store.ReadAllBytes("copy.txt"));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, (1 << 20) + 1)]
    [InlineData(17, 1 << 20)]
    [InlineData(257, 1)]
    public async Task Limits_are_told(int count, int length)
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        byte[] key = await KeyAsync(client);
        FileId target = await client.OpenAsync("copy.txt");

        RawResponse response = await client.AskAsync(Copy(target, key, [.. Enumerable.Repeat(new CopyChunk(0, 0, (uint)length), count)]));

        Assert.Equal((NtStatus.InvalidParameter, new CopyChunkResponse(256, 1 << 20, 16 << 20)), (response.Status, Read(response)));
        Assert.Empty(fixture.Store.ReadAllBytes("copy.txt"));
    }

    [Fact]
    public async Task Keys_are_of_no_use_to_another_session()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        using RawSmb2Client other = await RawSmb2Client.SignInAsync(fixture.Server);
        byte[] key = await KeyAsync(client);

        RawResponse response = await other.AskAsync(Copy(await other.OpenAsync("copy.txt"), key, [new CopyChunk(0, 0, 1)]));

        Assert.Equal(NtStatus.ObjectNameNotFound, response.Status);
    }

    [Theory]
    [InlineData(31, 12, NtStatus.InvalidParameter)]
    [InlineData(0, 12, NtStatus.InvalidParameter)]
    [InlineData(56, 11, NtStatus.InvalidParameter)]
    [InlineData(56, 12, NtStatus.ObjectNameNotFound)]
    public async Task What_is_malformed(int length, int room, NtStatus status)
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        FileId target = await client.OpenAsync("copy.txt");

        RawResponse response = await client.AskAsync(Control(FsControlCode.SrvCopyChunk, target, new byte[length], room));

        Assert.Equal(status, response.Status);
    }

    [Fact]
    public async Task A_request_in_a_compound_may_wait_only_at_its_end()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        FileId root = await client.OpenAsync("");
        byte[] watch = client.Build(new ChangeNotifyRequest { FileId = root, CompletionFilter = 1, OutputBufferLength = 1000 });
        Array.Resize(ref watch, (watch.Length + 7) & ~7);
        watch[Smb2Header.NextCommandPosition] = (byte)watch.Length;
        byte[] close = client.Sign(client.Build(new CloseRequest { FileId = root }));

        RawResponse[] answers = [.. RawSmb2Client.Split(await client.ExchangeAsync([.. client.Sign(watch), .. close]))];

        Assert.Equal([NtStatus.InternalError, NtStatus.Success], answers.Select(a => a.Status));
    }

    private static async Task<byte[]> KeyAsync(RawSmb2Client client)
    {
        FileId source = await client.OpenAsync("hello.txt");
        RawResponse response = await client.AskAsync(Control(FsControlCode.SrvRequestResumeKey, source, [], ResumeKeyResponse.Size));
        Assert.Equal(NtStatus.Success, response.Status);
        WireReader r = new(response.Read(IoctlResponse.Read).Output);
        return ResumeKeyResponse.Read(ref r).Key.ToArray();
    }

    private static IoctlRequest Copy(FileId target, byte[] key, CopyChunk[] chunks)
    {
        byte[] input = new byte[CopyChunkRequest.FixedSize + (chunks.Length * CopyChunk.Size)];
        WireWriter w = new(input);
        new CopyChunkRequest { SourceKey = key, ChunkCount = (uint)chunks.Length }.Write(ref w);
        foreach (CopyChunk chunk in chunks)
        {
            chunk.Write(ref w);
        }

        return Control(FsControlCode.SrvCopyChunk, target, input, CopyChunkResponse.Size);
    }

    private static IoctlRequest Control(FsControlCode code, FileId file, byte[] input, int room) =>
        new() { CtlCode = (uint)code, FileId = file, Input = input, MaxOutputResponse = (uint)room, IsFsctl = true };

    private static CopyChunkResponse Read(RawResponse response)
    {
        WireReader r = new(response.Read(IoctlResponse.Read).Output);
        return CopyChunkResponse.Read(ref r);
    }
}
