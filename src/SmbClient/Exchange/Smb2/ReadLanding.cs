using System;
using System.Buffers.Binary;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>
/// Recognises, from its first octets, a READ response whose data can go straight into the caller's memory. It decides where octets go, not whether they
/// are good: that is checked when all of them are there.
/// </summary>
internal static class ReadLanding
{
    /// <summary>Octets of header and fixed part: where the data of a READ response begins.</summary>
    public const int PreviewSize = ReadResponse.StandardDataOffset;

    private const ushort StructureSize = 17;
    private const int StructureSizePosition = Smb2Header.Size;
    private const int DataOffsetPosition = Smb2Header.Size + 2;
    private const int DataLengthPosition = Smb2Header.Size + 4;

    /// <summary>A plain message that is no compound.</summary>
    public static bool IsOneMessage(ReadOnlySpan<byte> preview) =>
        preview.Length >= Smb2Header.Size
        && BinaryPrimitives.ReadUInt32LittleEndian(preview) == Smb2Header.ProtocolId
        && BinaryPrimitives.ReadUInt32LittleEndian(preview.Slice(Smb2Header.NextCommandPosition)) == 0;

    /// <summary>Octets of data of a successful READ response that begin right after <see cref="PreviewSize"/> and fit the caller's memory; 0 otherwise.</summary>
    public static int CountData(ReadOnlySpan<byte> preview, int landing)
    {
        if (preview.Length < PreviewSize
            || BinaryPrimitives.ReadUInt16LittleEndian(preview.Slice(Smb2Header.CommandPosition)) != (ushort)Smb2Command.Read
            || BinaryPrimitives.ReadUInt32LittleEndian(preview.Slice(Smb2Header.StatusPosition)) != (uint)NtStatus.Success
            || BinaryPrimitives.ReadUInt16LittleEndian(preview.Slice(StructureSizePosition)) != StructureSize
            || preview[DataOffsetPosition] != ReadResponse.StandardDataOffset)
        {
            return 0;
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(preview.Slice(DataLengthPosition));
        return count <= landing ? (int)count : 0;
    }
}
