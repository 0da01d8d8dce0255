namespace SmbClient.Wire;

/// <summary>Every limit on what a peer may make us hold, in octets unless said otherwise.</summary>
internal static class WireLimits
{
    /// <summary>The largest frame of direct TCP.</summary>
    public const int MaxDirectTcpMessage = 0xFFFFFF;

    /// <summary>The largest frame of the NetBIOS session service.</summary>
    public const int MaxNetBiosMessage = 0x1FFFF;

    /// <summary>The largest message before the negotiation is over.</summary>
    public const int MaxMessageBeforeAuthentication = 0x10FFF;

    /// <summary>Blocks in one AndX chain.</summary>
    public const int MaxAndXBlocks = 8;

    /// <summary>Buffers in one PAC.</summary>
    public const int MaxPacBuffers = 64;

    /// <summary>Groups, extra SIDs or names in one list of a PAC.</summary>
    public const int MaxPacItems = 10_000;
}
