using System;
using SmbClient.Protection;
using SmbClient.Wire;

namespace SmbClient.Exchange.Smb2;

/// <summary>Where a request goes and how it travels.</summary>
internal readonly record struct Smb2Address
{
    /// <summary>The session, null for none.</summary>
    public Smb2Channel? Channel { get; init; }

    /// <summary>The tree's TreeId, 0 for none.</summary>
    public uint TreeId { get; init; }

    /// <summary>The request is sealed whatever its session is: its share demands it.</summary>
    public bool Seal { get; init; }

    /// <summary>The request is signed whatever its session is.</summary>
    public bool Sign { get; init; }

    /// <summary>The caller's octets that follow the message.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The caller's memory that takes the data of a READ response.</summary>
    public Memory<byte> Landing { get; init; }

    /// <summary>Credits that the caller has taken already, which is also the request's CreditCharge; 0 to take one.</summary>
    public int Credits { get; init; }

    /// <summary>The server may take any time to answer.</summary>
    public bool MayWaitForever { get; init; }

    /// <summary>Gets the response when nobody waits for it any more.</summary>
    public Action<MessageBuffer>? Orphaned { get; init; }

    /// <summary>The hash that takes in the request exactly as it leaves.</summary>
    public PreauthIntegrity? Preauth { get; init; }
}
