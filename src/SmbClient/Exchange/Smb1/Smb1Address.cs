using System;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>Where a request goes and how it travels.</summary>
internal readonly record struct Smb1Address
{
    public Smb1Address()
    {
    }

    /// <summary>The session's UID, 0 for none.</summary>
    public ushort Uid { get; init; }

    /// <summary>The tree's TID, 0xFFFF for none.</summary>
    public ushort Tid { get; init; } = Smb1Header.NoTid;

    /// <summary>Flags2 bits beyond those of every request.</summary>
    public Smb1Flags2 ExtraFlags2 { get; init; }

    /// <summary>The caller's octets that follow the message.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The server may take any time to answer.</summary>
    public bool MayWaitForever { get; init; }

    /// <summary>The caller holds all places of the connection already.</summary>
    public bool SlotIsHeld { get; init; }

    /// <summary>What has to know that the request is under way; null for nothing.</summary>
    public Activity? Activity { get; init; }

    /// <summary>Gets the response when nobody waits for it any more.</summary>
    public Action<MessageBuffer>? Orphaned { get; init; }
}
