using System;

namespace SmbClient.Wire.Smb1;

/// <summary>One part of a SMB_COM_NT_TRANSACT response, [MS-CIFS] 2.2.4.62.2; what it hands out points into the message.</summary>
internal readonly record struct NtTransactResponse : ISmb1Body
{
    private const byte FixedWordCount = 18;
    private const int Alignment = 4;

    public required uint TotalParameterCount { get; init; }

    public required uint TotalDataCount { get; init; }

    public uint ParameterDisplacement { get; init; }

    public uint DataDisplacement { get; init; }

    public ReadOnlyMemory<byte> Setup { get; init; }

    public ReadOnlyMemory<byte> Parameters { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Smb1Command Command => Smb1Command.NtTransact;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * FixedWordCount) + Setup.Length + 6 + Parameters.Length + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8((byte)(FixedWordCount + (Setup.Length / 2)));
        w.Skip(3);
        w.UInt32(TotalParameterCount);
        w.UInt32(TotalDataCount);
        int blocks = BeginBlocks(ref w, withDisplacement: true);
        w.UInt8((byte)(Setup.Length / 2));
        w.Bytes(Setup.Span);
        int bytes = Smb1Words.BeginBytes(ref w);
        EndBlocks(ref w, blocks, Parameters, ParameterDisplacement, Data, DataDisplacement, withDisplacement: true);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static NtTransactResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        byte wordCount = r.UInt8();
        if (wordCount < FixedWordCount)
        {
            throw r.Malformed($"WordCount is {wordCount}, less than {FixedWordCount}");
        }

        r.Skip(3);
        uint totalParameters = r.UInt32();
        uint totalData = r.UInt32();
        ReadOnlyMemory<byte> parameters = ReadBlock(ref r);
        uint parameterDisplacement = r.UInt32();
        ReadOnlyMemory<byte> data = ReadBlock(ref r);
        uint dataDisplacement = r.UInt32();
        byte setupCount = r.UInt8();
        return new NtTransactResponse
        {
            TotalParameterCount = totalParameters,
            TotalDataCount = totalData,
            ParameterDisplacement = parameterDisplacement,
            DataDisplacement = dataDisplacement,
            Parameters = parameters,
            Data = data,
            Setup = r.Bytes(2 * setupCount),
        };
    }

    /// <summary>Reserves count and offset of the two blocks; the result goes to <see cref="EndBlocks"/>.</summary>
    internal static int BeginBlocks(ref WireWriter w, bool withDisplacement)
    {
        int position = w.Position;
        w.Skip(withDisplacement ? 24 : 16);
        return position;
    }

    internal static void EndBlocks(
        ref WireWriter w, int position, ReadOnlyMemory<byte> parameters, uint parameterDisplacement, ReadOnlyMemory<byte> data, uint dataDisplacement, bool withDisplacement)
    {
        int size = withDisplacement ? 12 : 8;
        WriteBlock(ref w, position, parameters, parameterDisplacement, withDisplacement);
        WriteBlock(ref w, position + size, data, dataDisplacement, withDisplacement);
    }

    private static void WriteBlock(ref WireWriter w, int position, ReadOnlyMemory<byte> block, uint displacement, bool withDisplacement)
    {
        w.Align(Alignment);
        w.PatchUInt32(position, (uint)block.Length);
        w.PatchUInt32(position + 4, (uint)w.Position);
        if (withDisplacement)
        {
            w.PatchUInt32(position + 8, displacement);
        }

        w.Bytes(block.Span);
    }

    private static ReadOnlyMemory<byte> ReadBlock(ref WireReader r)
    {
        uint count = r.UInt32();
        uint offset = r.UInt32();
        return count == 0 ? default : r.At(offset, count).Bytes((int)count);
    }
}
