using System;

namespace SmbClient.Wire.Smb1;

/// <summary>
/// SMB_COM_TRANSACTION2 request, [MS-CIFS] 2.2.4.46.1: the first, or only, part of a transaction. Parameters and data are aligned to 4.
/// </summary>
internal readonly struct TransactionRequest : ISmb1Body
{
    /// <summary>Octets of a message around parameters and data, at most.</summary>
    public const int Overhead = Smb1Header.Size + Smb1Words.Frame + (2 * (FixedWordCount + 1)) + 1 + 3 + 3;

    private const byte FixedWordCount = 14;

    public required Smb1Command Command { get; init; }

    public required ushort TotalParameterCount { get; init; }

    public required ushort TotalDataCount { get; init; }

    public required ushort MaxParameterCount { get; init; }

    public required ushort MaxDataCount { get; init; }

    public byte MaxSetupCount { get; init; }

    public ushort Flags { get; init; }

    /// <summary>Milliseconds; 0 for an answer at once.</summary>
    public uint Timeout { get; init; }

    public required ushort Setup { get; init; }

    public ReadOnlyMemory<byte> Parameters { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public int MaxSize(in Smb1Strings strings) => Overhead - Smb1Header.Size + Parameters.Length + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(FixedWordCount + 1);
        w.UInt16(TotalParameterCount);
        w.UInt16(TotalDataCount);
        w.UInt16(MaxParameterCount);
        w.UInt16(MaxDataCount);
        w.UInt8(MaxSetupCount);
        w.UInt8(0);
        w.UInt16(Flags);
        w.UInt32(Timeout);
        w.UInt16(0);
        int blocks = TransactionBlocks.Begin(ref w, Parameters, Data, withDisplacement: false);
        w.UInt8(1);
        w.UInt8(0);
        w.UInt16(Setup);
        int bytes = Smb1Words.BeginBytes(ref w);
        w.UInt8(0);
        TransactionBlocks.End(ref w, blocks, Parameters, Data, withDisplacement: false);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static TransactionRequest Read(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, FixedWordCount + 1);
        ushort totalParameters = r.UInt16();
        ushort totalData = r.UInt16();
        ushort maxParameters = r.UInt16();
        ushort maxData = r.UInt16();
        byte maxSetup = r.UInt8();
        r.Skip(1);
        ushort flags = r.UInt16();
        uint timeout = r.UInt32();
        r.Skip(2);
        ReadOnlyMemory<byte> parameters = TransactionBlocks.Read(ref r);
        ReadOnlyMemory<byte> data = TransactionBlocks.Read(ref r);
        if (r.UInt8() != 1)
        {
            throw r.Malformed("SetupCount is not 1");
        }

        r.Skip(1);
        return new TransactionRequest
        {
            Command = command,
            TotalParameterCount = totalParameters,
            TotalDataCount = totalData,
            MaxParameterCount = maxParameters,
            MaxDataCount = maxData,
            MaxSetupCount = maxSetup,
            Flags = flags,
            Timeout = timeout,
            Parameters = parameters,
            Data = data,
            Setup = r.UInt16(),
        };
    }
}

/// <summary>SMB_COM_TRANSACTION2_SECONDARY request, [MS-CIFS] 2.2.4.47.1: what did not fit the first part.</summary>
internal readonly struct TransactionSecondaryRequest : ISmb1Body
{
    private const byte WordCount = 9;

    public required Smb1Command Command { get; init; }

    public required ushort TotalParameterCount { get; init; }

    public required ushort TotalDataCount { get; init; }

    public required ushort ParameterDisplacement { get; init; }

    public required ushort DataDisplacement { get; init; }

    public ReadOnlyMemory<byte> Parameters { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public ushort Fid { get; init; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + 6 + Parameters.Length + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(TotalParameterCount);
        w.UInt16(TotalDataCount);
        int blocks = TransactionBlocks.Begin(ref w, Parameters, Data, withDisplacement: true);
        w.UInt16(Fid);
        int bytes = Smb1Words.BeginBytes(ref w);
        TransactionBlocks.End(ref w, blocks, Parameters, Data, withDisplacement: true);
        TransactionBlocks.PatchDisplacements(ref w, blocks, ParameterDisplacement, DataDisplacement);
        Smb1Words.EndBytes(ref w, bytes);
    }
}

/// <summary>One part of a SMB_COM_TRANSACTION2 response, [MS-CIFS] 2.2.4.46.2; what it hands out points into the message.</summary>
internal readonly struct TransactionResponse : ISmb1Body
{
    private const byte FixedWordCount = 10;

    public required ushort TotalParameterCount { get; init; }

    public required ushort TotalDataCount { get; init; }

    public ushort ParameterDisplacement { get; init; }

    public ushort DataDisplacement { get; init; }

    public ReadOnlyMemory<byte> Parameters { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Smb1Command Command => Smb1Command.Transaction2;

    /// <summary>True where the reader is at a body without words and bytes: an interim response, or a bare status.</summary>
    public static bool IsEmpty(WireReader r) => r.UInt8() == 0;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * FixedWordCount) + 6 + Parameters.Length + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(FixedWordCount);
        w.UInt16(TotalParameterCount);
        w.UInt16(TotalDataCount);
        w.UInt16(0);
        int blocks = TransactionBlocks.Begin(ref w, Parameters, Data, withDisplacement: true);
        w.UInt8(0);
        w.UInt8(0);
        int bytes = Smb1Words.BeginBytes(ref w);
        TransactionBlocks.End(ref w, blocks, Parameters, Data, withDisplacement: true);
        TransactionBlocks.PatchDisplacements(ref w, blocks, ParameterDisplacement, DataDisplacement);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static TransactionResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        byte wordCount = r.UInt8();
        if (wordCount < FixedWordCount)
        {
            throw r.Malformed($"WordCount is {wordCount}, less than {FixedWordCount}");
        }

        ushort totalParameters = r.UInt16();
        ushort totalData = r.UInt16();
        r.Skip(2);
        ReadOnlyMemory<byte> parameters = TransactionBlocks.Read(ref r);
        ushort parameterDisplacement = r.UInt16();
        ReadOnlyMemory<byte> data = TransactionBlocks.Read(ref r);
        ushort dataDisplacement = r.UInt16();
        return new TransactionResponse
        {
            TotalParameterCount = totalParameters,
            TotalDataCount = totalData,
            Parameters = parameters,
            ParameterDisplacement = parameterDisplacement,
            Data = data,
            DataDisplacement = dataDisplacement,
        };
    }
}

/// <summary>The two blocks of every transaction message: count and offset in the words, octets aligned to 4 in the bytes.</summary>
internal static class TransactionBlocks
{
    private const int Alignment = 4;

    /// <summary>Reserves the words; the result goes to <see cref="End"/>.</summary>
    public static int Begin(ref WireWriter w, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> data, bool withDisplacement)
    {
        int position = w.Position;
        w.UInt16((ushort)parameters.Length);
        w.Skip(withDisplacement ? 4 : 2);
        w.UInt16((ushort)data.Length);
        w.Skip(withDisplacement ? 4 : 2);
        return position;
    }

    public static void End(ref WireWriter w, int position, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> data, bool withDisplacement)
    {
        w.Align(Alignment);
        w.PatchUInt16(position + 2, (ushort)w.Position);
        w.Bytes(parameters.Span);
        w.Align(Alignment);
        w.PatchUInt16(position + (withDisplacement ? 8 : 6), (ushort)w.Position);
        w.Bytes(data.Span);
    }

    public static void PatchDisplacements(ref WireWriter w, int position, ushort parameters, ushort data)
    {
        w.PatchUInt16(position + 4, parameters);
        w.PatchUInt16(position + 10, data);
    }

    /// <summary>Count and offset, and the octets that they name.</summary>
    public static ReadOnlyMemory<byte> Read(ref WireReader r)
    {
        int count = r.UInt16();
        int offset = r.UInt16();
        return count == 0 ? default : r.At(offset, count).Bytes(count);
    }
}
