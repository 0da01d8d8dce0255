using System;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_TREE_CONNECT_ANDX request, [MS-CIFS] 2.2.4.55.1 and [MS-SMB] 2.2.4.7.1.</summary>
internal readonly struct TreeConnectRequest : ISmb1Body
{
    private const byte WordCount = 4;

    public required ushort Flags { get; init; }

    public required ReadOnlyMemory<byte> Password { get; init; }

    /// <summary><c>\\server\share</c>.</summary>
    public required string Path { get; init; }

    public required string Service { get; init; }

    public Smb1Command Command => Smb1Command.TreeConnectAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + Password.Length + strings.MaxOctets(Path) + Service.Length + 1;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Flags);
        w.UInt16(checked((ushort)Password.Length));
        int bytes = Smb1Words.BeginBytes(ref w);
        w.Bytes(Password.Span);
        strings.Write(ref w, Path);
        w.Text(System.Text.Encoding.ASCII, Service);
        w.UInt8(0);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static TreeConnectRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort flags = r.UInt16();
        ushort passwordLength = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new TreeConnectRequest
        {
            Flags = flags,
            Password = bytes.Bytes(passwordLength),
            Path = strings.Read(ref bytes),
            Service = bytes.OemUntilNul(System.Text.Encoding.ASCII),
        };
    }
}

/// <summary>SMB_COM_TREE_CONNECT_ANDX response with 2, 3 or 7 words, [MS-CIFS] 2.2.4.55.2 and [MS-SMB] 2.2.4.7.2.</summary>
internal readonly struct TreeConnectResponse : ISmb1Body
{
    private const byte LanManWordCount = 2;
    private const byte BasicWordCount = 3;
    private const byte ExtendedWordCount = 7;

    public ushort OptionalSupport { get; init; }

    /// <summary>Only in the extended form.</summary>
    public uint? MaximalShareAccessRights { get; init; }

    /// <summary>Only in the extended form.</summary>
    public uint? GuestMaximalShareAccessRights { get; init; }

    public string Service { get; init; }

    public string NativeFileSystem { get; init; }

    public Smb1Command Command => Smb1Command.TreeConnectAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * ExtendedWordCount) + Service.Length + 1 + strings.MaxOctets(NativeFileSystem);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(MaximalShareAccessRights is null ? BasicWordCount : ExtendedWordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(OptionalSupport);
        if (MaximalShareAccessRights is { } rights)
        {
            w.UInt32(rights);
            w.UInt32(GuestMaximalShareAccessRights ?? 0);
        }

        int bytes = Smb1Words.BeginBytes(ref w);
        w.Text(System.Text.Encoding.ASCII, Service);
        w.UInt8(0);
        strings.Write(ref w, NativeFileSystem);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static TreeConnectResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        byte wordCount = r.UInt8();
        if (wordCount is not (LanManWordCount or BasicWordCount or ExtendedWordCount))
        {
            throw r.Malformed($"WordCount is {wordCount}, not 2, 3 or 7");
        }

        r.Skip(4);
        ushort optionalSupport = wordCount >= BasicWordCount ? r.UInt16() : (ushort)0;
        uint? rights = wordCount == ExtendedWordCount ? r.UInt32() : null;
        uint? guestRights = wordCount == ExtendedWordCount ? r.UInt32() : null;
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new TreeConnectResponse
        {
            OptionalSupport = optionalSupport,
            MaximalShareAccessRights = rights,
            GuestMaximalShareAccessRights = guestRights,
            Service = bytes.OemUntilNul(System.Text.Encoding.ASCII),
            NativeFileSystem = strings.Read(ref bytes),
        };
    }
}
