using System;
using System.Threading;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>An entry of Client.Connection.PIDMIDList, [MS-CIFS] 3.2.1.2.</summary>
internal class Smb1Request : PendingRequest
{
    private Activity? _activity;

    public Smb1Request(Smb1Command command, MessageBuffer message, ReadOnlyMemory<byte> payload)
        : base(message)
    {
        Command = command;
        Payload = payload;
    }

    public Smb1Command Command { get; }

    /// <summary>The header's UID, which a cancellation repeats.</summary>
    public ushort Uid { get; set; }

    /// <summary>The header's TID, which a cancellation repeats.</summary>
    public ushort Tid { get; set; } = Smb1Header.NoTid;

    /// <summary>The header's Flags2, which a cancellation repeats.</summary>
    public Smb1Flags2 Flags2 { get; set; }

    /// <summary>Given by the flow, or taken from the request that this one belongs to.</summary>
    public ushort Mid { get; set; }

    /// <summary>The sequence number that the response is signed with; null where it bears none.</summary>
    public uint? ResponseSequence { get; set; }

    /// <summary>The request of a cancellation or of a secondary transaction message.</summary>
    public Smb1Request? BelongsTo { get; init; }

    /// <summary>True while it occupies one of the MaxMpxCount places.</summary>
    public bool HoldsSlot { get; set; }

    /// <summary>Cancellations and secondary messages are never answered under their own name.</summary>
    public override bool ExpectsResponse => BelongsTo is null;

    /// <summary>Takes one response in; true when it was the last. Runs in the receive loop.</summary>
    public virtual bool Accept(in Smb1Header header, MessageBuffer message) => true;

    /// <summary>It is under way for this, until <see cref="End"/>.</summary>
    public void Begin(Activity? activity)
    {
        activity?.Begin();
        _activity = activity;
    }

    /// <summary>The answer has come, or none ever will.</summary>
    public void End() => Interlocked.Exchange(ref _activity, null)?.End();

    public override void Fail(Exception reason)
    {
        End();
        base.Fail(reason);
    }

    public override string ToString() => $"{Command} MID {Mid}";
}
