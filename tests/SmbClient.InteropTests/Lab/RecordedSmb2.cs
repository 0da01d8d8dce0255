using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SmbClient.InteropTests.Lab;

/// <summary>One SMB2 message as it passed by in the clear, header by header ([MS-SMB2] 2.2.1).</summary>
/// <param name="FromClient">Who sent it.</param>
/// <param name="Octets">The header, the body, and what aligns the next message of a compound.</param>
public sealed record RecordedSmb2(bool FromClient, ReadOnlyMemory<byte> Octets)
{
    public const int HeaderSize = 64;
    public const ushort Negotiate = 0, SessionSetup = 1, Logoff = 2, TreeConnect = 3, TreeDisconnect = 4, Create = 5, Close = 6, Flush = 7, Read = 8, Write = 9,
        Lock = 10, Ioctl = 11, Cancel = 12, Echo = 13, QueryDirectory = 14, ChangeNotify = 15, QueryInfo = 16, SetInfo = 17, OplockBreak = 18;

    private const uint StatusPending = 0x0000_0103;
    private const uint FlagResponse = 0x1, FlagAsync = 0x2, FlagRelated = 0x4, FlagSigned = 0x8;

    public ushort CreditCharge => UInt16(6);

    /// <summary>The status of a response.</summary>
    public uint Status => UInt32(8);

    public ushort Command => UInt16(12);

    /// <summary>Credits asked for by a request, granted by a response.</summary>
    public ushort Credits => UInt16(14);

    public uint Flags => UInt32(16);

    public ulong MessageId => UInt64(24);

    public uint TreeId => UInt32(36);

    public ulong SessionId => UInt64(40);

    public ReadOnlySpan<byte> Signature => Octets.Span.Slice(48, 16);

    public ReadOnlySpan<byte> Body => Octets.Span[HeaderSize..];

    public bool IsResponse => (Flags & FlagResponse) != 0;

    public bool IsRelated => (Flags & FlagRelated) != 0;

    /// <summary>The flag is set and there is a signature.</summary>
    public bool IsSigned => (Flags & FlagSigned) != 0 && Signature.ContainsAnyExcept((byte)0);

    /// <summary>The first of two answers: "it will take a while". A server need not sign it ([MS-SMB2] 3.3.4.1.1).</summary>
    public bool IsInterim => IsResponse && (Flags & FlagAsync) != 0 && Status == StatusPending;

    /// <summary>A message that answers nothing: an oplock or lease break. It belongs to no session and is not signed.</summary>
    public bool IsNotification => IsResponse && Command == OplockBreak && MessageId == ulong.MaxValue;

    public override string ToString() => $"command {Command}{(IsResponse ? $" status {Status:X8}" : "")} flags {Flags:X} id {MessageId:X} session {SessionId:X}";

    /// <summary>The messages of a frame, which are chained by NextCommand.</summary>
    internal static IReadOnlyList<RecordedSmb2> Split(RecordedFrame frame)
    {
        List<RecordedSmb2> messages = [];
        ReadOnlyMemory<byte> rest = frame.Octets;
        while (rest.Length >= HeaderSize)
        {
            int next = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[20..]);
            messages.Add(new RecordedSmb2(frame.FromClient, next == 0 ? rest : rest[..next]));
            if (next == 0)
            {
                break;
            }

            rest = rest[next..];
        }

        return messages;
    }

    private ushort UInt16(int position) => BinaryPrimitives.ReadUInt16LittleEndian(Octets.Span[position..]);

    private uint UInt32(int position) => BinaryPrimitives.ReadUInt32LittleEndian(Octets.Span[position..]);

    private ulong UInt64(int position) => BinaryPrimitives.ReadUInt64LittleEndian(Octets.Span[position..]);
}
