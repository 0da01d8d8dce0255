using System;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>pfc_flags, [C706] 12.6.3.1.</summary>
[Flags]
internal enum RpcFlags : byte
{
    None = 0,
    FirstFragment = 0x01,
    LastFragment = 0x02,
    PendingCancel = 0x04,
    ConcurrentMultiplexing = 0x10,
    DidNotExecute = 0x20,
    Maybe = 0x40,
    ObjectUuid = 0x80,
}
