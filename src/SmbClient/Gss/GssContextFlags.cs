using System;

namespace SmbClient.Gss;

/// <summary>What is asked of a context, and what it has, [RFC2743] 1.2 with the values of [RFC2744] and their extensions.</summary>
[Flags]
public enum GssContextFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The acceptor may act in the initiator's name.</summary>
    Delegate = 0x1,

    /// <summary>The acceptor proves itself too.</summary>
    MutualAuth = 0x2,

    /// <summary>Repeated messages are found out.</summary>
    Replay = 0x4,

    /// <summary>Messages out of order are found out.</summary>
    Sequence = 0x8,

    /// <summary>Messages can be sealed.</summary>
    Confidentiality = 0x10,

    /// <summary>Messages can be signed.</summary>
    Integrity = 0x20,

    /// <summary>The initiator does not say who it is.</summary>
    Anonymous = 0x40,

    /// <summary>The context is bound to its channel.</summary>
    ChannelBound = 0x800,

    /// <summary>The acceptor may only identify the initiator.</summary>
    Identify = 0x2000,

    /// <summary>Errors come as tokens of the mechanism too.</summary>
    ExtendedError = 0x4000,

    /// <summary>Delegation where the domain trusts the acceptor ([RFC5896]).</summary>
    DelegatePolicy = 0x8000,
}
