using System;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_SESSION_SETUP_ANDX request with extended security, [MS-SMB] 2.2.4.6.1.</summary>
internal readonly struct SessionSetupExtendedRequest : ISmb1Body
{
    private const byte WordCount = 12;

    public required ushort MaxBufferSize { get; init; }

    public required ushort MaxMpxCount { get; init; }

    /// <summary>0 tells old servers to drop the client's other connections.</summary>
    public ushort VcNumber { get; init; }

    public uint SessionKey { get; init; }

    public required Smb1Capabilities Capabilities { get; init; }

    /// <summary>The GSS token; its length is SecurityBlobLength.</summary>
    public required ReadOnlyMemory<byte> SecurityBlob { get; init; }

    public string NativeOs { get; init; }

    public string NativeLanMan { get; init; }

    public Smb1Command Command => Smb1Command.SessionSetupAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + SecurityBlob.Length + strings.MaxOctets(NativeOs) + strings.MaxOctets(NativeLanMan);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(MaxBufferSize);
        w.UInt16(MaxMpxCount);
        w.UInt16(VcNumber);
        w.UInt32(SessionKey);
        w.UInt16(checked((ushort)SecurityBlob.Length));
        w.UInt32(0);
        w.UInt32((uint)Capabilities);
        int bytes = Smb1Words.BeginBytes(ref w);
        w.Bytes(SecurityBlob.Span);
        strings.Write(ref w, NativeOs);
        strings.Write(ref w, NativeLanMan);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static SessionSetupExtendedRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort maxBufferSize = r.UInt16();
        ushort maxMpxCount = r.UInt16();
        ushort vcNumber = r.UInt16();
        uint sessionKey = r.UInt32();
        ushort blobLength = r.UInt16();
        r.Skip(4);
        Smb1Capabilities capabilities = (Smb1Capabilities)r.UInt32();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new SessionSetupExtendedRequest
        {
            MaxBufferSize = maxBufferSize,
            MaxMpxCount = maxMpxCount,
            VcNumber = vcNumber,
            SessionKey = sessionKey,
            Capabilities = capabilities,
            SecurityBlob = bytes.Bytes(blobLength),
            NativeOs = strings.Read(ref bytes),
            NativeLanMan = strings.Read(ref bytes),
        };
    }
}

/// <summary>SMB_COM_SESSION_SETUP_ANDX response with extended security, [MS-SMB] 2.2.4.6.2.</summary>
internal readonly struct SessionSetupExtendedResponse : ISmb1Body
{
    private const byte WordCount = 4;

    /// <summary>0x0001: signed in as guest.</summary>
    public ushort Action { get; init; }

    public ReadOnlyMemory<byte> SecurityBlob { get; init; }

    public string NativeOs { get; init; }

    public string NativeLanMan { get; init; }

    public Smb1Command Command => Smb1Command.SessionSetupAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + SecurityBlob.Length + strings.MaxOctets(NativeOs) + strings.MaxOctets(NativeLanMan);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Action);
        w.UInt16(checked((ushort)SecurityBlob.Length));
        int bytes = Smb1Words.BeginBytes(ref w);
        w.Bytes(SecurityBlob.Span);
        strings.Write(ref w, NativeOs);
        strings.Write(ref w, NativeLanMan);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static SessionSetupExtendedResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort action = r.UInt16();
        ushort blobLength = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new SessionSetupExtendedResponse
        {
            Action = action,
            SecurityBlob = bytes.Bytes(blobLength),
            NativeOs = strings.Read(ref bytes),
            NativeLanMan = strings.Read(ref bytes),
        };
    }
}

/// <summary>SMB_COM_SESSION_SETUP_ANDX request without extended security, [MS-CIFS] 2.2.4.53.1.</summary>
internal readonly struct SessionSetupRequest : ISmb1Body
{
    private const byte WordCount = 13;

    public required ushort MaxBufferSize { get; init; }

    public required ushort MaxMpxCount { get; init; }

    public ushort VcNumber { get; init; }

    public uint SessionKey { get; init; }

    public required Smb1Capabilities Capabilities { get; init; }

    /// <summary>An LM or LMv2 response, or a plaintext password in the server's code page.</summary>
    public ReadOnlyMemory<byte> OemPassword { get; init; }

    /// <summary>An NTLM or NTLMv2 response, or a plaintext password in UTF-16LE.</summary>
    public ReadOnlyMemory<byte> UnicodePassword { get; init; }

    public required string AccountName { get; init; }

    public required string PrimaryDomain { get; init; }

    public string NativeOs { get; init; }

    public string NativeLanMan { get; init; }

    public Smb1Command Command => Smb1Command.SessionSetupAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + OemPassword.Length + UnicodePassword.Length
        + strings.MaxOctets(AccountName) + strings.MaxOctets(PrimaryDomain) + strings.MaxOctets(NativeOs) + strings.MaxOctets(NativeLanMan);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(MaxBufferSize);
        w.UInt16(MaxMpxCount);
        w.UInt16(VcNumber);
        w.UInt32(SessionKey);
        w.UInt16(checked((ushort)OemPassword.Length));
        w.UInt16(checked((ushort)UnicodePassword.Length));
        w.UInt32(0);
        w.UInt32((uint)Capabilities);
        int bytes = Smb1Words.BeginBytes(ref w);
        w.Bytes(OemPassword.Span);
        w.Bytes(UnicodePassword.Span);
        strings.Write(ref w, AccountName);
        strings.Write(ref w, PrimaryDomain);
        strings.Write(ref w, NativeOs);
        strings.Write(ref w, NativeLanMan);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static SessionSetupRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort maxBufferSize = r.UInt16();
        ushort maxMpxCount = r.UInt16();
        ushort vcNumber = r.UInt16();
        uint sessionKey = r.UInt32();
        ushort oemLength = r.UInt16();
        ushort unicodeLength = r.UInt16();
        r.Skip(4);
        Smb1Capabilities capabilities = (Smb1Capabilities)r.UInt32();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new SessionSetupRequest
        {
            MaxBufferSize = maxBufferSize,
            MaxMpxCount = maxMpxCount,
            VcNumber = vcNumber,
            SessionKey = sessionKey,
            Capabilities = capabilities,
            OemPassword = bytes.Bytes(oemLength),
            UnicodePassword = bytes.Bytes(unicodeLength),
            AccountName = strings.Read(ref bytes),
            PrimaryDomain = strings.Read(ref bytes),
            NativeOs = strings.Read(ref bytes),
            NativeLanMan = strings.Read(ref bytes),
        };
    }
}

/// <summary>SMB_COM_SESSION_SETUP_ANDX response without extended security, [MS-CIFS] 2.2.4.53.2.</summary>
internal readonly struct SessionSetupResponse : ISmb1Body
{
    private const byte WordCount = 3;

    /// <summary>0x0001: signed in as guest. 0x0002: the LM response was the one that counted.</summary>
    public ushort Action { get; init; }

    public string NativeOs { get; init; }

    public string NativeLanMan { get; init; }

    public string PrimaryDomain { get; init; }

    public Smb1Command Command => Smb1Command.SessionSetupAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + strings.MaxOctets(NativeOs) + strings.MaxOctets(NativeLanMan) + strings.MaxOctets(PrimaryDomain);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Action);
        int bytes = Smb1Words.BeginBytes(ref w);
        strings.Write(ref w, NativeOs);
        strings.Write(ref w, NativeLanMan);
        strings.Write(ref w, PrimaryDomain);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static SessionSetupResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort action = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new SessionSetupResponse
        {
            Action = action,
            NativeOs = strings.Read(ref bytes),
            NativeLanMan = strings.Read(ref bytes),
            PrimaryDomain = strings.Read(ref bytes),
        };
    }
}
