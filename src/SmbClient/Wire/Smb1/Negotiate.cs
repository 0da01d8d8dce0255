using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_NEGOTIATE request, [MS-CIFS] 2.2.4.52.1.</summary>
internal readonly struct NegotiateRequest : ISmb1Body
{
    private const byte DialectFormat = 0x02;
    private const int MaxDialects = 64;

    public required IReadOnlyList<string> Dialects { get; init; }

    public Smb1Command Command => Smb1Command.Negotiate;

    public int MaxSize(in Smb1Strings strings)
    {
        int size = Smb1Words.Frame;
        foreach (string dialect in Dialects)
        {
            size += dialect.Length + 2;
        }

        return size;
    }

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(0);
        int bytes = Smb1Words.BeginBytes(ref w);
        foreach (string dialect in Dialects)
        {
            w.UInt8(DialectFormat);
            w.Text(System.Text.Encoding.ASCII, dialect);
            w.UInt8(0);
        }

        Smb1Words.EndBytes(ref w, bytes);
    }

    public static NegotiateRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, 0);
        WireReader bytes = Smb1Words.Bytes(ref r);
        List<string> dialects = [];
        while (bytes.Remaining > 0)
        {
            if (bytes.UInt8() != DialectFormat || dialects.Count == MaxDialects)
            {
                throw bytes.Malformed("Not a list of dialects");
            }

            dialects.Add(bytes.OemUntilNul(System.Text.Encoding.ASCII));
        }

        return new NegotiateRequest { Dialects = dialects };
    }
}

/// <summary>SMB_COM_NEGOTIATE response of "NT LM 0.12" in both forms, [MS-CIFS] 2.2.4.52.2 and [MS-SMB] 2.2.4.5.2.</summary>
internal readonly record struct NegotiateResponse : ISmb1Body
{
    public const ushort NoDialect = 0xFFFF;

    private const byte WordCount = 17;
    private const int ChallengeSize = 8;
    private const int GuidSize = 16;

    public ushort DialectIndex { get; init; }

    public Smb1SecurityMode SecurityMode { get; init; }

    public ushort MaxMpxCount { get; init; }

    public ushort MaxNumberVcs { get; init; }

    public uint MaxBufferSize { get; init; }

    public uint MaxRawSize { get; init; }

    public uint SessionKey { get; init; }

    public Smb1Capabilities Capabilities { get; init; }

    /// <summary>100 ns ticks since 1601, UTC.</summary>
    public long SystemTime { get; init; }

    /// <summary>Minutes west of UTC.</summary>
    public short ServerTimeZone { get; init; }

    /// <summary>8 octets without extended security, else empty.</summary>
    public ReadOnlyMemory<byte> Challenge { get; init; }

    /// <summary>Without extended security: the server's domain.</summary>
    public string? DomainName { get; init; }

    /// <summary>Without extended security: the server's name.</summary>
    public string? ServerName { get; init; }

    /// <summary>With extended security.</summary>
    public Guid ServerGuid { get; init; }

    /// <summary>With extended security: the server's GSS token, perhaps empty.</summary>
    public ReadOnlyMemory<byte> SecurityBlob { get; init; }

    public Smb1Command Command => Smb1Command.Negotiate;

    private bool IsExtended => (Capabilities & Smb1Capabilities.ExtendedSecurity) != 0;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + GuidSize + SecurityBlob.Length + Challenge.Length
        + strings.MaxOctets(DomainName ?? "") + strings.MaxOctets(ServerName ?? "");

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        if (DialectIndex == NoDialect)
        {
            w.UInt8(1);
            w.UInt16(NoDialect);
            w.UInt16(0);
            return;
        }

        w.UInt8(WordCount);
        w.UInt16(DialectIndex);
        w.UInt8((byte)SecurityMode);
        w.UInt16(MaxMpxCount);
        w.UInt16(MaxNumberVcs);
        w.UInt32(MaxBufferSize);
        w.UInt32(MaxRawSize);
        w.UInt32(SessionKey);
        w.UInt32((uint)Capabilities);
        w.Int64(SystemTime);
        w.Int16(ServerTimeZone);
        w.UInt8((byte)Challenge.Length);
        int bytes = Smb1Words.BeginBytes(ref w);
        if (IsExtended)
        {
            w.Bytes(ServerGuid.ToByteArray());
            w.Bytes(SecurityBlob.Span);
        }
        else
        {
            w.Bytes(Challenge.Span);
            WriteUnaligned(ref w, strings, DomainName ?? "");
            WriteUnaligned(ref w, strings, ServerName ?? "");
        }

        Smb1Words.EndBytes(ref w, bytes);
    }

    public static NegotiateResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        byte wordCount = r.UInt8();
        ushort dialectIndex = r.UInt16();
        if (dialectIndex == NoDialect)
        {
            return new NegotiateResponse { DialectIndex = dialectIndex };
        }

        if (wordCount != WordCount)
        {
            throw r.Malformed($"WordCount is {wordCount}, not {WordCount}: not an \"NT LM 0.12\" answer");
        }

        NegotiateResponse response = new()
        {
            DialectIndex = dialectIndex,
            SecurityMode = (Smb1SecurityMode)r.UInt8(),
            MaxMpxCount = r.UInt16(),
            MaxNumberVcs = r.UInt16(),
            MaxBufferSize = r.UInt32(),
            MaxRawSize = r.UInt32(),
            SessionKey = r.UInt32(),
            Capabilities = (Smb1Capabilities)r.UInt32(),
            SystemTime = r.Int64(),
            ServerTimeZone = r.Int16(),
        };
        byte challengeLength = r.UInt8();
        WireReader bytes = Smb1Words.Bytes(ref r);
        if (response.IsExtended)
        {
            return response with
            {
                ServerGuid = new Guid(bytes.Bytes(GuidSize).ToArray()),
                SecurityBlob = bytes.Bytes(bytes.Remaining),
            };
        }

        bool challenges = (response.SecurityMode & Smb1SecurityMode.EncryptPasswords) != 0;
        if (challenges && challengeLength != ChallengeSize)
        {
            throw r.Malformed($"A challenge of {challengeLength} octets");
        }

        // The names follow the challenge directly, without the padding that every other Unicode string has.
        return response with
        {
            Challenge = bytes.Bytes(challengeLength),
            DomainName = ReadUnaligned(ref bytes, strings),
            ServerName = ReadUnaligned(ref bytes, strings),
        };
    }

    private static void WriteUnaligned(ref WireWriter w, in Smb1Strings strings, string text)
    {
        w.Text(strings.Encoding, text);
        w.Skip(strings.IsUnicode ? 2 : 1);
    }

    private static string ReadUnaligned(ref WireReader r, in Smb1Strings strings) =>
        strings.IsUnicode ? r.Utf16UntilNul() : r.OemUntilNul(strings.Oem);
}
