namespace SmbClient.Server.Pipes.Rpc;

/// <summary>Why a call failed before it had an answer: the status of a fault PDU, [C706] appendix E and [MS-RPCE] 2.2.2.</summary>
internal enum RpcFault : uint
{
    None = 0,

    /// <summary>The octets do not fit the operation: RPC_X_BAD_STUB_DATA.</summary>
    BadStubData = 0x000006F7,

    /// <summary>No such operation.</summary>
    OperationRange = 0x1C010002,

    /// <summary>No such presentation context, or interface.</summary>
    UnknownInterface = 0x1C010003,

    /// <summary>A PDU that makes no sense now.</summary>
    ProtocolError = 0x1C01000B,

    /// <summary>A union has no arm for its switch.</summary>
    InvalidTag = 0x1C000006,
}
