using System;

namespace SmbClient.Wire.Smb1;

/// <summary>
/// A message of a client's transaction, whichever of the six commands it has: TRANSACTION, TRANSACTION2 and NT_TRANSACT, [MS-CIFS] 2.2.4.33, 2.2.4.46
/// and 2.2.4.62, and the secondary ones that bring the rest. What it hands out points into the message.
/// </summary>
internal readonly record struct TransactionPart : ISmb1Body
{
    private const byte FixedWordCount = 14;
    private const byte NtFixedWordCount = 19;
    private const byte SecondaryWordCount = 8;
    private const byte Secondary2WordCount = 9;
    private const byte NtSecondaryWordCount = 18;
    private const int MaxAround = Smb1Words.Frame + (2 * NtFixedWordCount) + 12;

    public required Smb1Command Command { get; init; }

    public required uint TotalParameterCount { get; init; }

    public required uint TotalDataCount { get; init; }

    /// <summary>Octets of parameters that the client takes; only in the first message.</summary>
    public uint MaxParameterCount { get; init; }

    /// <summary>Octets of data that the client takes; only in the first message.</summary>
    public uint MaxDataCount { get; init; }

    public byte MaxSetupCount { get; init; }

    public ushort Flags { get; init; }

    /// <summary>Milliseconds.</summary>
    public uint Timeout { get; init; }

    /// <summary>Of NT_TRANSACT.</summary>
    public ushort Function { get; init; }

    /// <summary>Words, of which TRANSACTION2 has its subcommand first.</summary>
    public ReadOnlyMemory<byte> Setup { get; init; }

    /// <summary>Of TRANSACTION: <c>\PIPE\</c> and the like.</summary>
    public string? Name { get; init; }

    public ReadOnlyMemory<byte> Parameters { get; init; }

    public uint ParameterDisplacement { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public uint DataDisplacement { get; init; }

    public bool IsSecondary => Command is Smb1Command.TransactionSecondary or Smb1Command.Transaction2Secondary or Smb1Command.NtTransactSecondary;

    /// <summary>The command of the first message, under which the answer goes.</summary>
    public Smb1Command Primary => Command switch
    {
        Smb1Command.TransactionSecondary => Smb1Command.Transaction,
        Smb1Command.Transaction2Secondary => Smb1Command.Transaction2,
        Smb1Command.NtTransactSecondary => Smb1Command.NtTransact,
        _ => Command,
    };

    private bool IsNt => Primary == Smb1Command.NtTransact;

    public int MaxSize(in Smb1Strings strings) => MaxAround + Setup.Length + strings.MaxOctets(Name ?? "") + Parameters.Length + Data.Length;

    public static TransactionPart Read(Smb1Command command, ref WireReader r, in Smb1Strings strings) => command switch
    {
        Smb1Command.NtTransact => ReadNt(command, ref r),
        Smb1Command.NtTransactSecondary => ReadNtSecondary(command, ref r),
        Smb1Command.TransactionSecondary or Smb1Command.Transaction2Secondary => ReadSecondary(command, ref r),
        _ => ReadFirst(command, ref r, strings),
    };

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        if (IsNt)
        {
            WriteNt(ref w);
            return;
        }

        w.UInt8(!IsSecondary ? (byte)(FixedWordCount + (Setup.Length / 2)) : Command == Smb1Command.TransactionSecondary ? SecondaryWordCount : Secondary2WordCount);
        w.UInt16((ushort)TotalParameterCount);
        w.UInt16((ushort)TotalDataCount);
        if (!IsSecondary)
        {
            w.UInt16((ushort)MaxParameterCount);
            w.UInt16((ushort)MaxDataCount);
            w.UInt8(MaxSetupCount);
            w.UInt8(0);
            w.UInt16(Flags);
            w.UInt32(Timeout);
            w.UInt16(0);
        }

        int blocks = TransactionBlocks.Begin(ref w, Parameters, Data, withDisplacement: IsSecondary);
        if (!IsSecondary)
        {
            w.UInt8((byte)(Setup.Length / 2));
            w.UInt8(0);
            w.Bytes(Setup.Span);
        }
        else if (Command == Smb1Command.Transaction2Secondary)
        {
            w.UInt16(0xFFFF);
        }

        int bytes = Smb1Words.BeginBytes(ref w);
        if (Command == Smb1Command.Transaction)
        {
            strings.Write(ref w, Name ?? "");
        }

        TransactionBlocks.End(ref w, blocks, Parameters, Data, withDisplacement: IsSecondary);
        if (IsSecondary)
        {
            TransactionBlocks.PatchDisplacements(ref w, blocks, (ushort)ParameterDisplacement, (ushort)DataDisplacement);
        }

        Smb1Words.EndBytes(ref w, bytes);
    }

    private static TransactionPart ReadFirst(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        byte wordCount = r.UInt8();
        TransactionPart part = new()
        {
            Command = command,
            TotalParameterCount = r.UInt16(),
            TotalDataCount = r.UInt16(),
            MaxParameterCount = r.UInt16(),
            MaxDataCount = r.UInt16(),
            MaxSetupCount = r.UInt8(),
        };
        r.Skip(1);
        ushort flags = r.UInt16();
        uint timeout = r.UInt32();
        r.Skip(2);
        ReadOnlyMemory<byte> parameters = TransactionBlocks.Read(ref r);
        ReadOnlyMemory<byte> data = TransactionBlocks.Read(ref r);
        byte setupCount = r.UInt8();
        r.Skip(1);
        if (wordCount != FixedWordCount + setupCount)
        {
            throw r.Malformed($"WordCount is {wordCount} with {setupCount} setup words");
        }

        ReadOnlyMemory<byte> setup = r.Bytes(2 * setupCount);
        WireReader bytes = Smb1Words.Bytes(ref r);
        return part with
        {
            Flags = flags,
            Timeout = timeout,
            Parameters = parameters,
            Data = data,
            Setup = setup,
            Name = command == Smb1Command.Transaction ? strings.Read(ref bytes) : null,
        };
    }

    private static TransactionPart ReadSecondary(Smb1Command command, ref WireReader r)
    {
        Smb1Words.Expect(ref r, command == Smb1Command.TransactionSecondary ? SecondaryWordCount : Secondary2WordCount);
        uint totalParameters = r.UInt16();
        uint totalData = r.UInt16();
        ReadOnlyMemory<byte> parameters = TransactionBlocks.Read(ref r);
        uint parameterDisplacement = r.UInt16();
        ReadOnlyMemory<byte> data = TransactionBlocks.Read(ref r);
        return new TransactionPart
        {
            Command = command,
            TotalParameterCount = totalParameters,
            TotalDataCount = totalData,
            Parameters = parameters,
            ParameterDisplacement = parameterDisplacement,
            Data = data,
            DataDisplacement = r.UInt16(),
        };
    }

    private static TransactionPart ReadNt(Smb1Command command, ref WireReader r)
    {
        byte wordCount = r.UInt8();
        byte maxSetup = r.UInt8();
        r.Skip(2);
        TransactionPart part = new()
        {
            Command = command,
            MaxSetupCount = maxSetup,
            TotalParameterCount = r.UInt32(),
            TotalDataCount = r.UInt32(),
            MaxParameterCount = r.UInt32(),
            MaxDataCount = r.UInt32(),
            Parameters = ReadNtBlock(ref r),
            Data = ReadNtBlock(ref r),
        };
        byte setupCount = r.UInt8();
        if (wordCount != NtFixedWordCount + setupCount)
        {
            throw r.Malformed($"WordCount is {wordCount} with {setupCount} setup words");
        }

        return part with { Function = r.UInt16(), Setup = r.Bytes(2 * setupCount) };
    }

    private static TransactionPart ReadNtSecondary(Smb1Command command, ref WireReader r)
    {
        Smb1Words.Expect(ref r, NtSecondaryWordCount);
        r.Skip(3);
        uint totalParameters = r.UInt32();
        uint totalData = r.UInt32();
        ReadOnlyMemory<byte> parameters = ReadNtBlock(ref r);
        uint parameterDisplacement = r.UInt32();
        ReadOnlyMemory<byte> data = ReadNtBlock(ref r);
        return new TransactionPart
        {
            Command = command,
            TotalParameterCount = totalParameters,
            TotalDataCount = totalData,
            Parameters = parameters,
            ParameterDisplacement = parameterDisplacement,
            Data = data,
            DataDisplacement = r.UInt32(),
        };
    }

    private static ReadOnlyMemory<byte> ReadNtBlock(ref WireReader r)
    {
        uint count = r.UInt32();
        uint offset = r.UInt32();
        return count == 0 ? default : r.At(offset, count).Bytes((int)count);
    }

    private void WriteNt(ref WireWriter w)
    {
        w.UInt8(IsSecondary ? NtSecondaryWordCount : (byte)(NtFixedWordCount + (Setup.Length / 2)));
        w.UInt8(IsSecondary ? (byte)0 : MaxSetupCount);
        w.UInt16(0);
        w.UInt32(TotalParameterCount);
        w.UInt32(TotalDataCount);
        if (!IsSecondary)
        {
            w.UInt32(MaxParameterCount);
            w.UInt32(MaxDataCount);
        }

        int blocks = NtTransactResponse.BeginBlocks(ref w, withDisplacement: IsSecondary);
        w.UInt8((byte)(Setup.Length / 2));
        if (!IsSecondary)
        {
            w.UInt16(Function);
            w.Bytes(Setup.Span);
        }

        int bytes = Smb1Words.BeginBytes(ref w);
        NtTransactResponse.EndBlocks(ref w, blocks, Parameters, ParameterDisplacement, Data, DataDisplacement, withDisplacement: IsSecondary);
        Smb1Words.EndBytes(ref w, bytes);
    }
}
