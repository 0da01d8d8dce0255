using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.InteropTests.Lab;

/// <summary>What a frame is, told by its first octet.</summary>
public enum FrameKind
{
    /// <summary>Nothing of SMB, or too short for it: a keep-alive, for one.</summary>
    Other = 0,

    /// <summary>An SMB2 message whose octets are compressed.</summary>
    Compressed = 0xFC,

    /// <summary>A sealed SMB2 message.</summary>
    Transform = 0xFD,

    /// <summary>An SMB2 message, or several compounded.</summary>
    Smb2 = 0xFE,

    /// <summary>An SMB1 message.</summary>
    Smb1 = 0xFF,
}

/// <summary>One frame as it passed by, without the four octets of the direct-TCP header. It is read without the library's codecs.</summary>
/// <param name="Connection">The client's connections are counted from 1.</param>
/// <param name="FromClient">A request, where the frame holds one.</param>
/// <param name="Octets">What the header announced.</param>
public sealed record RecordedFrame(int Connection, bool FromClient, byte[] Octets)
{
    private const int Smb1HeaderSize = 32;
    private const int TransformHeaderSize = 52;

    public FrameKind Kind { get; } = KindOf(Octets);

    /// <summary>The message, where this is one of SMB1.</summary>
    public RecordedMessage? Smb1 => Kind == FrameKind.Smb1 ? new RecordedMessage(FromClient, Octets) : null;

    /// <summary>The SMB2 messages that can be read: one, the parts of a compound, or none of what is sealed.</summary>
    public IReadOnlyList<RecordedSmb2> Smb2 => Kind == FrameKind.Smb2 ? RecordedSmb2.Split(this) : [];

    /// <summary>The status of the first message that can be read.</summary>
    public uint Status => Smb1 is { } message ? message.Status : Smb2[0].Status;

    /// <summary>The session that a sealed frame names ([MS-SMB2] 2.2.41).</summary>
    public ulong TransformSessionId => BinaryPrimitives.ReadUInt64LittleEndian(Transform[44..]);

    /// <summary>The nonce of a sealed frame: 16 octets, of which AES-CCM uses 11 and AES-GCM 12.</summary>
    public ReadOnlySpan<byte> Nonce => Transform.Slice(20, 16);

    private ReadOnlySpan<byte> Transform =>
        Kind == FrameKind.Transform ? Octets : throw new InvalidOperationException($"{this} is not sealed.");

    /// <summary>Whether a request of this kind can be read in the frame.</summary>
    public bool IsRequest(Verb verb) => FromClient && Is(verb);

    /// <summary>Whether a response of this kind can be read in the frame, other than one that says it will take a while.</summary>
    public bool IsResponse(Verb verb) => !FromClient && Is(verb);

    public override string ToString() =>
        $"connection {Connection}, {(FromClient ? "client" : "server")}: {(Smb2.Count > 0 ? string.Join(" + ", Smb2) : $"{Kind}, {Octets.Length} octets")}";

    private bool Is(Verb verb)
    {
        (byte smb1, ushort smb2) = CommandOf(verb);
        return Smb1 is { } message ? message.Command == smb1 : Smb2.Any(m => m.Command == smb2 && !m.IsInterim);
    }

    private static (byte Smb1, ushort Smb2) CommandOf(Verb verb) => verb switch
    {
        Verb.Negotiate => (0x72, RecordedSmb2.Negotiate),
        Verb.SessionSetup => (0x73, RecordedSmb2.SessionSetup),
        Verb.TreeConnect => (0x75, RecordedSmb2.TreeConnect),
        Verb.Create => (0xA2, RecordedSmb2.Create),
        Verb.Close => (0x04, RecordedSmb2.Close),
        Verb.Read => (0x2E, RecordedSmb2.Read),
        Verb.Write => (0x2F, RecordedSmb2.Write),
        Verb.Lock => (0x24, RecordedSmb2.Lock),
        Verb.Echo => (0x2B, RecordedSmb2.Echo),
        _ => throw new ArgumentOutOfRangeException(nameof(verb)),
    };

    private static FrameKind KindOf(ReadOnlySpan<byte> octets) => octets switch
    {
        [0xFF, (byte)'S', (byte)'M', (byte)'B', ..] when octets.Length >= Smb1HeaderSize => FrameKind.Smb1,
        [0xFE, (byte)'S', (byte)'M', (byte)'B', ..] when octets.Length >= RecordedSmb2.HeaderSize => FrameKind.Smb2,
        [0xFD, (byte)'S', (byte)'M', (byte)'B', ..] when octets.Length > TransformHeaderSize => FrameKind.Transform,
        [0xFC, (byte)'S', (byte)'M', (byte)'B', ..] => FrameKind.Compressed,
        _ => FrameKind.Other,
    };
}

/// <summary>One SMB1 message as it passed by.</summary>
public sealed record RecordedMessage(bool FromClient, byte[] Octets)
{
    public byte Command => Octets[4];

    public uint Status => BinaryPrimitives.ReadUInt32LittleEndian(Octets.AsSpan(5));

    public ushort Flags2 => BinaryPrimitives.ReadUInt16LittleEndian(Octets.AsSpan(10));

    public ReadOnlySpan<byte> Signature => Octets.AsSpan(14, 8);

    public bool HasSignature => Signature.ContainsAnyExcept((byte)0) && !Signature.SequenceEqual("BSRSPYL "u8);
}
