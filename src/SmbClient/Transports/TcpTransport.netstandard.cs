namespace SmbClient.Transports;

internal abstract partial class TcpTransport
{
    /// <summary>Sockets of netstandard2.0 cannot cancel one call.</summary>
    public override bool CanInterruptReceive => false;
}
