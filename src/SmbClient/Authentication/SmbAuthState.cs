namespace SmbClient.Authentication;

/// <summary>Where a conversation stands after a step. A default value is a failure.</summary>
public enum SmbAuthState
{
    /// <summary>Refused, for good.</summary>
    Failed = 0,

    /// <summary>The client has to answer: STATUS_MORE_PROCESSING_REQUIRED on the wire.</summary>
    Continue,

    /// <summary>The client is who it says, and every check is done.</summary>
    Complete,
}
