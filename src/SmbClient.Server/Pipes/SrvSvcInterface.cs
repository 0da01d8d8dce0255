using System;
using System.Collections.Generic;
using SmbClient.Server.Pipes.Rpc;

namespace SmbClient.Server.Pipes;

/// <summary>
/// The Server Service, [MS-SRVS], as far as clients need it to list shares: NetrShareEnum (and NetrShareEnumSticky), NetrShareGetInfo and NetrServerGetInfo. Every other
/// operation is a fault. Nothing can be changed.
/// </summary>
internal sealed class SrvSvcInterface : RpcInterface
{
    private const ushort NetrShareEnum = 15;
    private const ushort NetrShareGetInfo = 16;
    private const ushort NetrServerGetInfo = 21;
    private const ushort NetrShareEnumSticky = 36;      // those that survive a restart, as far as anyone knows

    private const int MaxServerName = 1024;             // characters
    private const int MaxShareName = 256;

    private const uint Success = 0;                     // Win32 and LAN Manager errors, [MS-ERREF] 2.2
    private const uint InvalidLevel = 124;
    private const uint NetNameNotFound = 2310;

    private readonly Func<IReadOnlyList<PipeShare>> _shares;
    private readonly SrvSvcServerInfo _server;

    /// <param name="shares">The shares that are listed, asked for at each call.</param>
    /// <param name="server">What is said of the server.</param>
    public SrvSvcInterface(Func<IReadOnlyList<PipeShare>> shares, SrvSvcServerInfo server)
    {
        _shares = shares;
        _server = server;
    }

    public override RpcSyntax Syntax { get; } = new(new Guid("4b324fc8-1670-01d3-1278-5a47bf6ee188"), 3);

    public override string SecondaryAddress => @"\PIPE\srvsvc";

    public override RpcFault Call(ushort operation, ReadOnlyMemory<byte> input, NdrWriter output) => operation switch
    {
        NetrShareEnum or NetrShareEnumSticky => EnumerateShares(new NdrReader(input), output),
        NetrShareGetInfo => DescribeShare(new NdrReader(input), output),
        NetrServerGetInfo => DescribeServer(new NdrReader(input), output),
        _ => RpcFault.OperationRange,
    };

    /// <summary>[MS-SRVS] 3.1.4.8. All shares at once, whatever PreferedMaximumLength says; a resume handle begins further on.</summary>
    private RpcFault EnumerateShares(NdrReader r, NdrWriter w)
    {
        r.UniqueString(MaxServerName);
        uint level = r.UInt32();
        if (r.UInt32() != level)
        {
            throw r.Malformed("a union whose switch is not the level");
        }

        if (!SrvSvcShareInfo.IsListed(level))
        {
            return RpcFault.InvalidTag;
        }

        if (r.Pointer())
        {
            uint count = r.UInt32();
            if (r.Pointer() && (count | r.UInt32()) != 0)
            {
                throw r.Malformed("entries in a request for entries");
            }
        }

        r.UInt32();                                     // PreferedMaximumLength
        uint? resume = r.UniqueUInt32();
        IReadOnlyList<PipeShare> shares = _shares();
        int first = (int)Math.Min(resume ?? 0, (uint)shares.Count);

        w.UInt32(level);
        w.UInt32(level);
        w.Pointer();
        w.UInt32((uint)(shares.Count - first));
        w.Pointer();
        w.UInt32((uint)(shares.Count - first));
        for (int i = first; i < shares.Count; i++)
        {
            SrvSvcShareInfo.WriteFixed(w, level, shares[i]);
        }

        for (int i = first; i < shares.Count; i++)
        {
            SrvSvcShareInfo.WriteReferents(w, level, shares[i]);
        }

        w.UInt32((uint)(shares.Count - first));         // TotalEntries
        w.UniqueUInt32(resume is null ? null : 0);
        w.UInt32(Success);
        return RpcFault.None;
    }

    /// <summary>[MS-SRVS] 3.1.4.10.</summary>
    private RpcFault DescribeShare(NdrReader r, NdrWriter w)
    {
        r.UniqueString(MaxServerName);
        string name = r.String(MaxShareName);
        uint level = r.UInt32();
        if (!SrvSvcShareInfo.IsKnown(level))
        {
            return RpcFault.InvalidTag;
        }

        PipeShare? found = null;
        foreach (PipeShare share in _shares())
        {
            found = string.Equals(share.Name, name, StringComparison.OrdinalIgnoreCase) ? share : found;
        }

        w.UInt32(level);
        w.Pointer(found is not null);
        if (found is { } shown)
        {
            SrvSvcShareInfo.WriteFixed(w, level, shown);
            SrvSvcShareInfo.WriteReferents(w, level, shown);
        }

        w.UInt32(found is null ? NetNameNotFound : Success);
        return RpcFault.None;
    }

    /// <summary>[MS-SRVS] 3.1.4.17.</summary>
    private RpcFault DescribeServer(NdrReader r, NdrWriter w)
    {
        r.UniqueString(MaxServerName);
        uint level = r.UInt32();
        if (!SrvSvcServerInfo.IsKnown(level))
        {
            return RpcFault.InvalidTag;
        }

        w.UInt32(level);
        bool isShown = SrvSvcServerInfo.IsShown(level);
        w.Pointer(isShown);
        if (isShown)
        {
            _server.Write(w, level);
        }

        w.UInt32(isShown ? Success : InvalidLevel);
        return RpcFault.None;
    }
}
