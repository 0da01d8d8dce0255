using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Server.Pipes;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Server.Pipes;

/// <summary>An IPC$ with a few shares, and a client of it.</summary>
internal sealed class PipeFixture
{
    public PipeFixture(int extraShares = 0)
    {
        List<PipeShare> shares =
        [
            new("files", PipeShare.Disk, "What is shared"),
            new("Größe", PipeShare.Disk, ""),
            new("IPC$", PipeShare.Ipc | PipeShare.Special, "IPC Service"),
        ];
        shares.AddRange(Enumerable.Range(0, extraShares).Select(i => new PipeShare($"share{i:D4}", PipeShare.Disk, $"comment of share {i:D4}")));
        Shares = shares;
        Tree = new PipeTree(() => shares, new SrvSvcServerInfo("SERVER", "a test"));
    }

    public IReadOnlyList<PipeShare> Shares { get; }

    public PipeTree Tree { get; }

    public async Task<CreateOutcome> Create(string path, CreateDisposition disposition = CreateDisposition.Open, AccessMask access = (AccessMask)0x0012019F, CreateOptions options = CreateOptions.None) =>
        await Tree.CreateAsync(
            new CreateArguments { Path = path, DesiredAccess = access, ShareAccess = ShareAccess.Read | ShareAccess.Write, Disposition = disposition, Options = options },
            CancellationToken.None);

    public async Task<ServerOpen> Open() => (await Create("srvsvc")).Open!;

    public async Task<ServerOpen> OpenBound()
    {
        ServerOpen open = await Open();
        byte[] answer = await Transact(open, RpcPdu.Bind(1, [RpcPdu.SrvSvc, RpcPdu.Ndr]));
        Assert.Equal(12, answer[2]);
        return open;
    }

    public static async Task Write(ServerOpen open, byte[] octets) =>
        Assert.Equal(NtStatus.Success, await open.WriteAsync(0, octets, false, 0, CancellationToken.None));

    public static async Task<byte[]> Read(ServerOpen open, int size = 65_536)
    {
        byte[] buffer = new byte[size];
        (NtStatus status, int count) = await open.ReadAsync(0, buffer, 0, CancellationToken.None);
        Assert.Equal(NtStatus.Success, status);
        return buffer[..count];
    }

    public static async Task<NtStatus> ReadStatus(ServerOpen open) => (await open.ReadAsync(0, new byte[65_536], 0, CancellationToken.None)).Status;

    public static async Task<byte[]> Transact(ServerOpen open, byte[] octets)
    {
        QueryOutcome outcome = await open.ControlAsync(FsControlCode.PipeTransceive, octets, 65_536, CancellationToken.None);
        Assert.Equal(NtStatus.Success, outcome.Status);
        return outcome.Output.ToArray();
    }

    /// <summary>Makes a call, and joins the fragments of its answer.</summary>
    public static async Task<NdrAnswer> Call(ServerOpen open, ushort operation, byte[] stub)
    {
        List<byte> answer = [];
        byte[] pdu = await Transact(open, RpcPdu.Request(7, operation, stub));
        while (true)
        {
            Assert.Equal(2, pdu[2]);
            Assert.Equal(pdu.Length, BitConverter.ToUInt16(pdu, 8));
            Assert.Equal(7, pdu[12]);
            Assert.Equal(answer.Count == 0, (pdu[3] & 1) != 0);
            answer.AddRange(pdu[24..]);
            if ((pdu[3] & 2) != 0)
            {
                return new NdrAnswer([.. answer]);
            }

            pdu = await Read(open);
        }
    }

    public static void AssertFault(uint status, byte[] pdu)
    {
        Assert.Equal(3, pdu[2]);
        Assert.Equal(status, BitConverter.ToUInt32(pdu, 24));
    }
}
