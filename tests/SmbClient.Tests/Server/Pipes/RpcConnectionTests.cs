using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Server.Pipes;
using SmbClient.Server.Pipes.Rpc;
using Xunit;

namespace SmbClient.Tests.Server.Pipes;

/// <summary>Binding, fragments, faults, and what breaks the connection.</summary>
public class RpcConnectionTests
{
    private readonly PipeFixture _pipes = new();

    [Fact]
    public async Task A_bind_is_answered_in_these_octets()
    {
        ServerOpen open = await _pipes.Open();
        byte[] answer = await PipeFixture.Transact(open, RpcPdu.Bind(3, [RpcPdu.SrvSvc, RpcPdu.Ndr]));

        const string Expected = "05000c0310000000" + "4400" + "0000" + "03000000"
            + "b810b810" + "01000000" + "0d00" + "5c504950455c73727673766300" + "00"      // \PIPE\srvsvc
            + "01000000" + "00000000" + RpcPdu.Ndr;
        Assert.Equal(Expected, Convert.ToHexStringLower(answer));
    }

    [Fact]
    public async Task Each_context_has_its_own_answer()
    {
        // What Windows asks for: NDR, NDR64, and features; and what it should not.
        ServerOpen open = await _pipes.Open();
        byte[] answer = await PipeFixture.Transact(open, RpcPdu.Bind(
            1,
            [RpcPdu.SrvSvc, RpcPdu.Ndr],
            [RpcPdu.SrvSvc, RpcPdu.Ndr64],
            [RpcPdu.SrvSvc, RpcPdu.Features],
            [RpcPdu.WksSvc, RpcPdu.Ndr],
            [RpcPdu.SrvSvc, RpcPdu.Ndr64, RpcPdu.Ndr],
            [RpcPdu.SrvSvc.Replace("03000000", "04000000", StringComparison.Ordinal), RpcPdu.Ndr],
            [RpcPdu.SrvSvc.Replace("03000000", "03000100", StringComparison.Ordinal), RpcPdu.Ndr],
            [RpcPdu.SrvSvc]));

        Assert.Equal([(0, 0), (2, 2), (3, 0), (2, 1), (0, 0), (2, 1), (2, 1), (2, 2)], Results(answer));
        PipeFixture.AssertFault(0x1C010003, await PipeFixture.Transact(open, RpcPdu.Request(2, 15, RpcPdu.ShareEnum(1), context: 1)));
        Assert.Equal(2, (await PipeFixture.Transact(open, RpcPdu.Request(3, 15, RpcPdu.ShareEnum(1), context: 4)))[2]);
    }

    [Fact]
    public async Task Contexts_are_added_later()
    {
        ServerOpen open = await _pipes.Open();
        await PipeFixture.Transact(open, RpcPdu.Bind(1, [RpcPdu.WksSvc, RpcPdu.Ndr]));
        PipeFixture.AssertFault(0x1C010003, await PipeFixture.Transact(open, RpcPdu.Request(2, 15, RpcPdu.ShareEnum(1))));
        byte[] answer = await PipeFixture.Transact(open, RpcPdu.Bind(14, 3, 4280, [RpcPdu.SrvSvc, RpcPdu.Ndr]));

        Assert.Equal(15, answer[2]);
        Assert.Equal(0, BitConverter.ToUInt16(answer, 24));     // no address this time
        Assert.Equal([(0, 0)], Results(answer));
        Assert.Equal(2, (await PipeFixture.Transact(open, RpcPdu.Request(4, 15, RpcPdu.ShareEnum(1))))[2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(22)]
    [InlineData(65535)]
    public async Task An_operation_that_is_not_there_is_a_fault_and_the_connection_lives(int operation)
    {
        ServerOpen open = await _pipes.OpenBound();

        PipeFixture.AssertFault(0x1C010002, await PipeFixture.Transact(open, RpcPdu.Request(2, (ushort)operation, new byte[100])));
        await PipeFixture.Call(open, 15, RpcPdu.ShareEnum(1));
    }

    [Fact]
    public async Task Arguments_may_come_in_fragments_and_octet_by_octet()
    {
        ServerOpen open = await _pipes.OpenBound();
        byte[] stub = RpcPdu.ShareEnum(1);
        byte[] octets =
        [
            .. RpcPdu.Request(5, 15, stub[..10], flags: 1),
            .. RpcPdu.Request(5, 15, stub[10..11], flags: 0),
            .. RpcPdu.Request(5, 15, [], flags: 0),
            .. RpcPdu.Request(5, 15, stub[11..], flags: 2),
        ];
        foreach (byte octet in octets)
        {
            Assert.Equal(NtStatus.PipeEmpty, await PipeFixture.ReadStatus(open));
            await PipeFixture.Write(open, [octet]);
        }

        byte[] answer = await PipeFixture.Read(open);
        Assert.Equal((2, 5), (answer[2], answer[12]));
        Assert.Equal(NtStatus.PipeEmpty, await PipeFixture.ReadStatus(open));
    }

    [Theory]
    [InlineData(4280, 4280)]
    [InlineData(1432, 1432)]
    [InlineData(65535, 4280)]
    [InlineData(1, 1432)]
    public async Task A_long_answer_comes_in_fragments_that_the_client_can_take(int maxReceive, int longest)
    {
        var pipes = new PipeFixture(extraShares: 500);
        ServerOpen open = await pipes.Open();
        byte[] bound = await PipeFixture.Transact(open, RpcPdu.Bind(11, 1, (ushort)maxReceive, [RpcPdu.SrvSvc, RpcPdu.Ndr]));
        Assert.Equal(longest, BitConverter.ToUInt16(bound, 16));

        await PipeFixture.Write(open, RpcPdu.Request(9, 15, RpcPdu.ShareEnum(1)));
        List<byte[]> fragments = [];
        while (fragments.Count == 0 || (fragments[^1][3] & 2) == 0)
        {
            fragments.Add(await PipeFixture.Read(open));
        }

        Assert.InRange(fragments.Max(f => f.Length), longest - 7, longest);
        int left = fragments.Sum(f => f.Length - 24);
        foreach (byte[] fragment in fragments)
        {
            Assert.Equal(left, BitConverter.ToInt32(fragment, 16));
            left -= fragment.Length - 24;
        }

        NdrAnswer answer = new([.. fragments.SelectMany(f => f[24..])]);
        Assert.Equal([1u, 1u], [answer.U32(), answer.U32()]);
        Assert.True(answer.Pointer());
        Assert.Equal(503u, answer.U32());
    }

    [Fact]
    public async Task A_bind_with_authentication_is_refused_and_one_without_may_follow()
    {
        ServerOpen open = await _pipes.Open();
        byte[] bind = RpcPdu.Bind(1, [RpcPdu.SrvSvc, RpcPdu.Ndr]);
        byte[] answer = await PipeFixture.Transact(open, RpcPdu.Pdu(11, 1, [.. bind[16..], 10, 2, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], authLength: 4));

        Assert.Equal((13, 8), (answer[2], BitConverter.ToUInt16(answer, 16)));
        Assert.Equal(12, (await PipeFixture.Transact(open, bind))[2]);
    }

    [Theory]
    [InlineData("request before bind")]
    [InlineData("alter before bind")]
    [InlineData("no contexts")]
    [InlineData("big-endian")]
    [InlineData("version")]
    [InlineData("short")]
    [InlineData("long")]
    public async Task A_wrong_beginning_is_refused_and_ends_it(string what)
    {
        byte[] pdu = RpcPdu.Bind(1, [RpcPdu.SrvSvc, RpcPdu.Ndr]);
        switch (what)
        {
            case "request before bind": pdu = RpcPdu.Request(1, 15, RpcPdu.ShareEnum(1)); break;
            case "alter before bind": pdu = RpcPdu.Bind(14, 1, 4280, [RpcPdu.SrvSvc, RpcPdu.Ndr]); break;
            case "no contexts": pdu = RpcPdu.Bind(1); break;
            case "big-endian": pdu[4] = 0; break;
            case "version": pdu[0] = 4; break;
            case "short": pdu[8] = 15; pdu[9] = 0; break;
            case "long": pdu[9] = 0xFF; break;
        }

        ServerOpen open = await _pipes.Open();
        await PipeFixture.Write(open, pdu);

        Assert.Equal(13, (await PipeFixture.Read(open))[2]);
        Assert.Equal(NtStatus.PipeDisconnected, await PipeFixture.ReadStatus(open));
        Assert.Equal(NtStatus.PipeDisconnected, await open.WriteAsync(0, pdu, false, 0, default));
    }

    [Theory]
    [InlineData("second bind")]
    [InlineData("response")]
    [InlineData("auth3")]
    [InlineData("not first")]
    [InlineData("first twice")]
    [InlineData("other call")]
    [InlineData("other operation")]
    [InlineData("other context")]
    [InlineData("alter within a call")]
    [InlineData("auth in a request")]
    [InlineData("too long")]
    public async Task What_makes_no_sense_is_a_protocol_error_and_ends_it(string what)
    {
        ServerOpen open = await _pipes.OpenBound();
        byte[] bind = RpcPdu.Bind(1, [RpcPdu.SrvSvc, RpcPdu.Ndr]);
        byte[] begin = RpcPdu.Request(5, 15, new byte[8], flags: 1);
        byte[] octets = what switch
        {
            "second bind" => bind,
            "response" => RpcPdu.Pdu(2, 1, new byte[8]),
            "auth3" => RpcPdu.Pdu(16, 1, new byte[8]),
            "not first" => RpcPdu.Request(5, 15, new byte[8], flags: 2),
            "first twice" => [.. begin, .. begin],
            "other call" => [.. begin, .. RpcPdu.Request(6, 15, new byte[8], flags: 2)],
            "other operation" => [.. begin, .. RpcPdu.Request(5, 16, new byte[8], flags: 2)],
            "other context" => [.. begin, .. RpcPdu.Request(5, 15, new byte[8], flags: 2, context: 1)],
            "alter within a call" => [.. begin, .. RpcPdu.Bind(14, 6, 4280, [RpcPdu.SrvSvc, RpcPdu.Ndr])],
            "auth in a request" => RpcPdu.Pdu(0, 5, new byte[40], authLength: 8),
            _ => [.. begin, .. Enumerable.Repeat(RpcPdu.Request(5, 15, new byte[4000], flags: 0), 17).SelectMany(p => p)],
        };
        await PipeFixture.Write(open, octets);

        PipeFixture.AssertFault(0x1C01000B, await PipeFixture.Read(open));
        Assert.Equal(NtStatus.PipeDisconnected, await PipeFixture.ReadStatus(open));
        Assert.Equal(NtStatus.PipeDisconnected, await open.WriteAsync(0, bind, false, 0, default));
    }

    [Fact]
    public async Task Cancels_and_orphans_are_passed_over()
    {
        ServerOpen open = await _pipes.OpenBound();
        await PipeFixture.Write(open, [.. RpcPdu.Pdu(18, 5, []), .. RpcPdu.Pdu(19, 5, []), .. RpcPdu.Request(5, 15, RpcPdu.ShareEnum(1))]);

        Assert.Equal(2, (await PipeFixture.Read(open))[2]);
    }

    [Fact]
    public void Nobody_makes_the_server_keep_answers_without_end()
    {
        var messages = new PipeMessages();
        var connection = new RpcConnection(new SrvSvcInterface(() => _pipes.Shares, new SrvSvcServerInfo("S", "")), messages);
        Assert.True(connection.Receive(RpcPdu.Bind(1, [RpcPdu.SrvSvc, RpcPdu.Ndr])));
        byte[] calls = [.. Enumerable.Repeat(RpcPdu.Request(1, 15, RpcPdu.ShareEnum(502)), 10_000).SelectMany(p => p)];

        Assert.False(connection.Receive(calls));
        Assert.InRange(messages.Octets, PipeMessages.Limit, PipeMessages.Limit + 8560);
    }

    [Fact]
    public async Task Every_truncation_and_flipped_bit_is_answered_or_awaited()
    {
        byte[] bind = RpcPdu.Bind(1, [RpcPdu.SrvSvc, RpcPdu.Ndr], [RpcPdu.SrvSvc, RpcPdu.Features]);
        byte[][] calls =
        [
            RpcPdu.Request(2, 15, RpcPdu.ShareEnum(1)),
            RpcPdu.Request(2, 16, RpcPdu.ShareGetInfo("files", 502)),
            RpcPdu.Request(2, 21, RpcPdu.ServerGetInfo(102, "x")),
        ];
        foreach (byte[] call in calls)
        {
            byte[] all = [.. bind, .. call];
            for (int i = 0; i < all.Length * 8; i++)
            {
                byte[] flipped = [.. all];
                flipped[i / 8] ^= (byte)(1 << (i % 8));
                await Survive(flipped);
            }

            // Shortened arguments in a whole PDU, and a PDU that does not end.
            for (int length = 0; length < call.Length - 24; length++)
            {
                ServerOpen open = await _pipes.OpenBound();
                PipeFixture.AssertFault(0x000006F7, await PipeFixture.Transact(open, RpcPdu.Request(2, call[22], call[24..(24 + length)])));
            }

            for (int length = 0; length < all.Length; length++)
            {
                await Survive(all[..length]);
            }
        }
    }

    [Theory]
    [InlineData("0000020000000080000000000000008061006200")]        // 2^31 characters
    [InlineData("00000200ffffffff00000000ffffffff61006200")]
    [InlineData("000002000200000001000000010000006100")]            // an offset
    [InlineData("000002000100000000000000020000006100620000000000")] // more than its maximum
    [InlineData("000002000300000000000000030000006100")]            // more than there is
    [InlineData("0000000001000000010000000000020001000000")]        // a container with entries that are not there
    [InlineData("00000000010000000100000000000200ffffff7f00000200ffffff7f")]
    [InlineData("000000000100000002000000")]                        // a switch that is not the level
    [InlineData("")]
    public async Task Absurd_arguments_are_a_fault(string stub)
    {
        ServerOpen open = await _pipes.OpenBound();

        PipeFixture.AssertFault(0x000006F7, await PipeFixture.Transact(open, RpcPdu.Request(2, 15, Convert.FromHexString(stub))));
        await PipeFixture.Call(open, 15, RpcPdu.ShareEnum(1));
    }

    private static (int Result, int Reason)[] Results(byte[] answer)
    {
        int at = (26 + BitConverter.ToUInt16(answer, 24) + 3) & ~3;
        return [.. Enumerable.Range(0, answer[at]).Select(i => ((int)BitConverter.ToUInt16(answer, at + 4 + (24 * i)), (int)BitConverter.ToUInt16(answer, at + 6 + (24 * i))))];
    }

    private async Task Survive(byte[] octets)
    {
        ServerOpen open = await _pipes.Open();
        await PipeFixture.Write(open, octets);
        NtStatus status;
        do
        {
            status = await PipeFixture.ReadStatus(open);
        }
        while (status == NtStatus.Success);

        Assert.True(status is NtStatus.PipeEmpty or NtStatus.PipeDisconnected);
    }
}
