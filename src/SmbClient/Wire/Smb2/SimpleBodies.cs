namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 LOGOFF both ways, [MS-SMB2] 2.2.7 and 2.2.8.</summary>
internal readonly struct LogoffBody : ISmb2Body
{
    public Smb2Command Command => Smb2Command.Logoff;

    public int Size => Smb2Buffers.EmptySize;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteEmpty(ref w);

    public static LogoffBody Read(ref WireReader r)
    {
        Smb2Buffers.ReadEmpty(ref r);
        return default;
    }
}

/// <summary>SMB2 TREE_DISCONNECT both ways, [MS-SMB2] 2.2.11 and 2.2.12.</summary>
internal readonly struct TreeDisconnectBody : ISmb2Body
{
    public Smb2Command Command => Smb2Command.TreeDisconnect;

    public int Size => Smb2Buffers.EmptySize;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteEmpty(ref w);

    public static TreeDisconnectBody Read(ref WireReader r)
    {
        Smb2Buffers.ReadEmpty(ref r);
        return default;
    }
}

/// <summary>SMB2 ECHO both ways, [MS-SMB2] 2.2.28 and 2.2.29.</summary>
internal readonly struct EchoBody : ISmb2Body
{
    public Smb2Command Command => Smb2Command.Echo;

    public int Size => Smb2Buffers.EmptySize;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteEmpty(ref w);

    public static EchoBody Read(ref WireReader r)
    {
        Smb2Buffers.ReadEmpty(ref r);
        return default;
    }
}

/// <summary>SMB2 CANCEL, which has no response, [MS-SMB2] 2.2.30; the header names what is cancelled.</summary>
internal readonly struct CancelBody : ISmb2Body
{
    public Smb2Command Command => Smb2Command.Cancel;

    public int Size => Smb2Buffers.EmptySize;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteEmpty(ref w);

    public static CancelBody Read(ref WireReader r)
    {
        Smb2Buffers.ReadEmpty(ref r);
        return default;
    }
}
