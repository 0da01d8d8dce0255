namespace SmbClient.Server.Pipes.Rpc;

/// <summary>PDUs of connection-oriented RPC, [C706] 12.6.4.</summary>
internal enum RpcPacketType : byte
{
    Request = 0,
    Response = 2,
    Fault = 3,
    Bind = 11,
    BindAck = 12,
    BindNak = 13,
    AlterContext = 14,
    AlterContextResponse = 15,
    Auth3 = 16,
    Cancel = 18,
    Orphaned = 19,
}
