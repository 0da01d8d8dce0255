using System;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>What a pipe serves: the operations of one interface.</summary>
internal abstract class RpcInterface
{
    public abstract RpcSyntax Syntax { get; }

    /// <summary>The pipe's own name for itself, <c>\PIPE\srvsvc</c>: sec_addr of the bind_ack.</summary>
    public abstract string SecondaryAddress { get; }

    /// <summary>Does one operation.</summary>
    /// <param name="operation">opnum.</param>
    /// <param name="input">The arguments in NDR. Malformed ones throw <see cref="Wire.MalformedMessageException"/>, which is answered with a fault.</param>
    /// <param name="output">Takes the results, status included.</param>
    /// <returns><see cref="RpcFault.None"/> where there are results.</returns>
    public abstract RpcFault Call(ushort operation, ReadOnlyMemory<byte> input, NdrWriter output);
}
