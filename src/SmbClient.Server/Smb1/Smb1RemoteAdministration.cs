using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmbClient.Server.Connections;
using SmbClient.Wire;

namespace SmbClient.Server.Smb1;

/// <summary>NetShareEnum of [MS-RAP] 2.5.6.1, with which clients that do not speak to srvsvc list shares. Everything else is not supported.</summary>
internal sealed class Smb1RemoteAdministration
{
    private const ushort NetShareEnum = 0;
    private const ushort Level1 = 1;
    private const ushort NotSupported = 50;
    private const ushort InvalidLevel = 124;
    private const ushort MoreData = 234;
    private const ushort DiskShare = 0;
    private const ushort PipeShare = 3;
    private const int NameSize = 13;
    private const int EntrySize = 20;

    private readonly ServerState _server;

    public Smb1RemoteAdministration(ServerState server)
    {
        _server = server;
    }

    public Smb1TransactionResult Answer(Smb1Transaction transaction)
    {
        WireReader reader = new(transaction.Parameters);
        ushort opcode = reader.UInt16();
        if (opcode != NetShareEnum)
        {
            return Refuse(NotSupported);
        }

        reader.OemUntilNul(Encoding.ASCII);
        reader.OemUntilNul(Encoding.ASCII);
        if (reader.UInt16() != Level1)
        {
            return Refuse(InvalidLevel);
        }

        return List(Math.Min((int)reader.UInt16(), transaction.MaxData));
    }

    private static Smb1TransactionResult Refuse(ushort error) => new(NtStatus.Success, Parameters(error, 0, 0));

    private static byte[] Parameters(ushort error, int count, int total)
    {
        byte[] parameters = new byte[4 * sizeof(ushort)];
        WireWriter writer = new(parameters);
        writer.UInt16(error);
        writer.UInt16(0);
        writer.UInt16((ushort)count);
        writer.UInt16((ushort)total);
        return parameters;
    }

    /// <summary>Entries of one size, and the comments behind them. Names that DOS cannot have are left out, and those that end with <c>$</c>.</summary>
    private Smb1TransactionResult List(int room)
    {
        List<(string Name, string Comment, ushort Type)> shares =
        [
            .. _server.Options.Shares.Where(s => s.Name.Length < NameSize && !s.Name.EndsWith('$')).Select(s => (s.Name, s.Comment, DiskShare)),
            ("IPC$", "", PipeShare),
        ];
        int fitting = 0;
        int size = 0;
        while (fitting < shares.Count && size + EntrySize + shares[fitting].Comment.Length + 1 <= room)
        {
            size += EntrySize + shares[fitting++].Comment.Length + 1;
        }

        byte[] data = new byte[size];
        WireWriter entries = new(data);
        WireWriter comments = new(data, fitting * EntrySize);
        foreach ((string name, string comment, ushort type) in shares.Take(fitting))
        {
            entries.Text(Encoding.Latin1, name);
            entries.Skip(NameSize + 1 - name.Length);
            entries.UInt16(type);
            entries.UInt32((uint)comments.Position);
            comments.Text(Encoding.Latin1, comment);
            comments.UInt8(0);
        }

        return new Smb1TransactionResult(NtStatus.Success, Parameters(fitting < shares.Count ? MoreData : (ushort)0, fitting, shares.Count), data);
    }
}
