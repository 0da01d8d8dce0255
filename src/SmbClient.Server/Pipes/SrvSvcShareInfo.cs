using SmbClient.Server.Pipes.Rpc;

namespace SmbClient.Server.Pipes;

/// <summary>
/// SHARE_INFO of every level, [MS-SRVS] 2.2.4.22 to 2.2.4.32. In NDR the fixed part of a structure comes first, for all elements of an array, and then
/// what its pointers refer to. Where the files are and who may open them is nobody's business: the path is empty, and there is no security descriptor.
/// </summary>
internal static class SrvSvcShareInfo
{
    private const uint Unlimited = 0xFFFFFFFF;
    private const string Path = "";
    private const string AnyServer = "*";               // shi503_servername of a share that is everywhere

    /// <summary>Levels that NetrShareEnum lists.</summary>
    public static bool IsListed(uint level) => level is 0 or 1 or 2 or 501 or 502 or 503;

    /// <summary>Levels that NetrShareGetInfo shows.</summary>
    public static bool IsKnown(uint level) => IsListed(level) || level is 1004 or 1005 or 1006 or 1501;

    public static void WriteFixed(NdrWriter w, uint level, in PipeShare share)
    {
        switch (level)
        {
            case 1004:
                w.Pointer();                            // remark
                return;
            case 1005:
                w.UInt32(0);                            // flags: no DFS, manual caching
                return;
            case 1006:
                w.UInt32(Unlimited);                    // max_uses
                return;
            case 1501:
                WriteNoDescriptor(w);
                return;
        }

        w.Pointer();                                    // netname
        if (level == 0)
        {
            return;
        }

        w.UInt32(share.Type);
        w.Pointer();                                    // remark
        switch (level)
        {
            case 501:
                w.UInt32(0);                            // flags
                break;

            case 2 or 502 or 503:
                w.UInt32(0);                            // permissions
                w.UInt32(Unlimited);                    // max_uses
                w.UInt32(0);                            // current_uses
                w.Pointer();                            // path
                w.Pointer(isPresent: false);            // passwd
                if (level == 503)
                {
                    w.Pointer();                        // servername
                }

                if (level != 2)
                {
                    WriteNoDescriptor(w);
                }

                break;
        }
    }

    public static void WriteReferents(NdrWriter w, uint level, in PipeShare share)
    {
        if (level is 1005 or 1006 or 1501)
        {
            return;
        }

        if (level != 1004)
        {
            w.String(share.Name);
        }

        if (level != 0)
        {
            w.String(share.Comment);
        }

        if (level is 2 or 502 or 503)
        {
            w.String(Path);
        }

        if (level == 503)
        {
            w.String(AnyServer);
        }
    }

    private static void WriteNoDescriptor(NdrWriter w)
    {
        w.UInt32(0);                                    // reserved: its length in octets
        w.Pointer(isPresent: false);
    }
}
