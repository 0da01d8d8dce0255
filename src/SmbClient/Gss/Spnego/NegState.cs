namespace SmbClient.Gss.Spnego;

/// <summary>negState of a NegTokenResp, [RFC4178] 4.2.2.</summary>
internal enum NegState
{
    AcceptCompleted = 0,
    AcceptIncomplete = 1,
    Reject = 2,
    RequestMic = 3,
}
