namespace SmbClient.Transports;

internal abstract partial class TcpTransport
{
    public override bool CanInterruptReceive => true;
}
