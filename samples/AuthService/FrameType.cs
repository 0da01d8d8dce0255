namespace AuthService;

/// <summary>What a frame is; README.md has the bodies.</summary>
internal enum FrameType : byte
{
    /// <summary>To the service, first and once: who is about to sign in.</summary>
    Peer = 0x01,

    /// <summary>To the service: the client's security blob.</summary>
    Blob = 0x02,

    /// <summary>From the service: the client has to answer.</summary>
    Continue = 0x81,

    /// <summary>From the service, last: signed in.</summary>
    Complete = 0x82,

    /// <summary>From the service, last: refused.</summary>
    Failed = 0x83,
}
