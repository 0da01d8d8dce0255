using System.Linq;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Server.Pipes;
using Xunit;

namespace SmbClient.Tests.Server.Pipes;

/// <summary>The answers of srvsvc, read as a client reads them.</summary>
public class SrvSvcTests
{
    private readonly PipeFixture _pipes = new();

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(501u)]
    [InlineData(502u)]
    [InlineData(503u)]
    public async Task All_shares_are_listed(uint level)
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer answer = await PipeFixture.Call(open, 15, RpcPdu.ShareEnum(level));

        Assert.Equal((level, level), (answer.U32(), answer.U32()));
        Assert.True(answer.Pointer());
        Assert.Equal(3u, answer.U32());
        Assert.True(answer.Pointer());
        Assert.Equal(3u, answer.U32());
        foreach (PipeShare share in _pipes.Shares)
        {
            AssertFixed(answer, level, share);
        }

        foreach (PipeShare share in _pipes.Shares)
        {
            AssertReferents(answer, level, share);
        }

        Assert.Equal(3u, answer.U32());
        Assert.True(answer.Pointer());
        Assert.Equal(0u, answer.U32());
        Assert.Equal(0u, answer.U32());
        Assert.True(answer.IsAtEnd);
    }

    [Theory]
    [InlineData(0u, 3u)]
    [InlineData(2u, 1u)]
    [InlineData(3u, 0u)]
    [InlineData(uint.MaxValue, 0u)]
    public async Task A_resume_handle_begins_further_on(uint resume, uint expected)
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer answer = await PipeFixture.Call(open, 15, RpcPdu.ShareEnum(0, server: null, resume));

        Assert.Equal([0u, 0u], [answer.U32(), answer.U32()]);
        Assert.True(answer.Pointer());
        Assert.Equal(expected, answer.U32());
        Assert.True(answer.Pointer());
        Assert.Equal(expected, answer.U32());
        Assert.Equal(expected, (uint)Enumerable.Range(0, (int)expected).Count(_ => answer.Pointer()));
        Assert.Equal(_pipes.Shares.Skip((int)resume & 0xFF).Select(s => s.Name).Take((int)expected), Enumerable.Range(0, (int)expected).Select(_ => answer.Text()));
        Assert.Equal([expected, 0u, 0u], (uint[])[answer.U32(), answer.Pointer() ? answer.U32() : 9, answer.U32()]);
        Assert.True(answer.IsAtEnd);
    }

    [Fact]
    public async Task Without_a_resume_handle_none_comes_back()
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer with = await PipeFixture.Call(open, 15, RpcPdu.ShareEnum(1));
        NdrAnswer without = await PipeFixture.Call(open, 15, RpcPdu.ShareEnum(1, "", null));

        NdrAnswer sticky = await PipeFixture.Call(open, 36, RpcPdu.ShareEnum(1, "", null));
        foreach (NdrAnswer answer in (NdrAnswer[])[with, without, sticky])
        {
            Skip(answer, 3 + 1 + 1 + 1);
            _pipes.Shares.ToList().ForEach(s => AssertFixed(answer, 1, s));
            _pipes.Shares.ToList().ForEach(s => AssertReferents(answer, 1, s));
            Assert.Equal(3u, answer.U32());
            Assert.Equal(answer == with, answer.Pointer());
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(501u)]
    [InlineData(502u)]
    [InlineData(503u)]
    [InlineData(1004u)]
    [InlineData(1005u)]
    [InlineData(1006u)]
    [InlineData(1501u)]
    public async Task One_share_is_described_in_any_spelling(uint level)
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer answer = await PipeFixture.Call(open, 16, RpcPdu.ShareGetInfo("FILES", level));

        Assert.Equal(level, answer.U32());
        Assert.True(answer.Pointer());
        AssertFixed(answer, level, _pipes.Shares[0]);
        AssertReferents(answer, level, _pipes.Shares[0]);
        Assert.Equal(0u, answer.U32());
        Assert.True(answer.IsAtEnd);
    }

    [Fact]
    public async Task A_share_that_is_not_there_is_an_answer_and_no_fault()
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer answer = await PipeFixture.Call(open, 16, RpcPdu.ShareGetInfo("nothing", 1));

        Assert.Equal([1u, 0u, 2310u], (uint[])[answer.U32(), answer.U32(), answer.U32()]);
        Assert.True(answer.IsAtEnd);
    }

    [Theory]
    [InlineData(100u)]
    [InlineData(101u)]
    [InlineData(102u)]
    public async Task The_server_says_who_it_is(uint level)
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer answer = await PipeFixture.Call(open, 21, RpcPdu.ServerGetInfo(level));

        Assert.Equal(level, answer.U32());
        Assert.True(answer.Pointer());
        Assert.Equal(500u, answer.U32());
        Assert.True(answer.Pointer());
        if (level > 100)
        {
            Skip(answer, 3);
            Assert.True(answer.Pointer());
        }

        if (level > 101)
        {
            Skip(answer, 6);
            Assert.True(answer.Pointer());
        }

        Assert.Equal("SERVER", answer.Text());
        Assert.Equal("a test", level > 100 ? answer.Text() : "a test");
        Assert.Equal("", level > 101 ? answer.Text() : "");
        Assert.Equal(0u, answer.U32());
        Assert.True(answer.IsAtEnd);
    }

    [Fact]
    public async Task A_level_that_is_not_shown_is_an_answer_and_one_that_is_none_a_fault()
    {
        ServerOpen open = await _pipes.OpenBound();
        NdrAnswer answer = await PipeFixture.Call(open, 21, RpcPdu.ServerGetInfo(502));

        Assert.Equal([502u, 0u, 124u], (uint[])[answer.U32(), answer.U32(), answer.U32()]);
        PipeFixture.AssertFault(0x1C000006, await PipeFixture.Transact(open, RpcPdu.Request(2, 21, RpcPdu.ServerGetInfo(99))));
        PipeFixture.AssertFault(0x1C000006, await PipeFixture.Transact(open, RpcPdu.Request(2, 15, RpcPdu.ShareEnum(3))));
        PipeFixture.AssertFault(0x1C000006, await PipeFixture.Transact(open, RpcPdu.Request(2, 16, RpcPdu.ShareGetInfo("files", 3))));
    }

    private static void Skip(NdrAnswer answer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            answer.U32();
        }
    }

    private static void AssertFixed(NdrAnswer answer, uint level, PipeShare share)
    {
        switch (level)
        {
            case 0 or 1004:
                Assert.True(answer.Pointer());
                return;
            case 1005:
                Assert.Equal(0u, answer.U32());
                return;
            case 1006:
                Assert.Equal(uint.MaxValue, answer.U32());
                return;
            case 1501:
                Assert.Equal([0u, 0u], [answer.U32(), answer.U32()]);
                return;
        }

        Assert.True(answer.Pointer());
        Assert.Equal(share.Type, answer.U32());
        Assert.True(answer.Pointer());
        if (level == 501)
        {
            Assert.Equal(0u, answer.U32());
        }

        if (level is 2 or 502 or 503)
        {
            Assert.Equal([0u, uint.MaxValue, 0u], (uint[])[answer.U32(), answer.U32(), answer.U32()]);
            Assert.True(answer.Pointer());
            Assert.False(answer.Pointer());
            Assert.Equal(level == 503, level == 503 && answer.Pointer());
        }

        if (level is 502 or 503)
        {
            Assert.Equal([0u, 0u], [answer.U32(), answer.U32()]);
        }
    }

    private static void AssertReferents(NdrAnswer answer, uint level, PipeShare share)
    {
        if (level is 1005 or 1006 or 1501)
        {
            return;
        }

        if (level != 1004)
        {
            Assert.Equal(share.Name, answer.Text());
        }

        if (level != 0)
        {
            Assert.Equal(share.Comment, answer.Text());
        }

        if (level is 2 or 502 or 503)
        {
            Assert.Equal("", answer.Text());
        }

        if (level == 503)
        {
            Assert.Equal("*", answer.Text());
        }
    }
}
