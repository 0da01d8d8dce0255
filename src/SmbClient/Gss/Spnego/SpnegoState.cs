namespace SmbClient.Gss.Spnego;

/// <summary>Where a negotiation stands, in either role.</summary>
internal enum SpnegoState
{
    /// <summary>Nothing was said.</summary>
    Start,

    /// <summary>An acceptor has sent its hint.</summary>
    Hinted,

    /// <summary>An initiator has made its offer; what comes next names the chosen mechanism.</summary>
    Offered,

    /// <summary>The mechanism exchanges its tokens.</summary>
    InMechanism,

    /// <summary>The mechanism exchanges its tokens without SPNEGO around them.</summary>
    Raw,

    /// <summary>The mechanism is done; the integrity code over the list is still to come.</summary>
    AwaitMic,

    Complete,
    Failed,
}
