using SmbClient.Server.Pipes.Rpc;

namespace SmbClient.Server.Pipes;

/// <summary>What is said of the server itself: SERVER_INFO, [MS-SRVS] 2.2.4.40 to 2.2.4.43.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Comment">What is said of it.</param>
internal sealed record SrvSvcServerInfo(string Name, string Comment)
{
    private const uint PlatformNt = 500;
    private const uint Major = 10;
    private const uint Minor = 0;
    private const uint Type = 0x00009003;               // SV_TYPE_WORKSTATION, SERVER, NT, SERVER_NT
    private const uint Never = 0xFFFFFFFF;

    /// <summary>Levels that the union of NetrServerGetInfo has an arm for.</summary>
    public static bool IsKnown(uint level) => level is (>= 100 and <= 103) or 502 or 503 or 599 or (>= 1005 and <= 1556);

    /// <summary>Levels that are answered.</summary>
    public static bool IsShown(uint level) => level is >= 100 and <= 102;

    public void Write(NdrWriter w, uint level)
    {
        w.UInt32(PlatformNt);
        w.Pointer();                                    // name
        if (level >= 101)
        {
            w.UInt32(Major);
            w.UInt32(Minor);
            w.UInt32(Type);
            w.Pointer();                                // comment
        }

        if (level == 102)
        {
            w.UInt32(Never);                            // users: no limit
            w.UInt32(Never);                            // disc: never
            w.UInt32(1);                                // hidden: it does not announce itself
            w.UInt32(0);                                // announce
            w.UInt32(0);                                // anndelta
            w.UInt32(0);                                // licenses
            w.Pointer();                                // userpath
        }

        w.String(Name);
        if (level >= 101)
        {
            w.String(Comment);
        }

        if (level == 102)
        {
            w.String("");
        }
    }
}
