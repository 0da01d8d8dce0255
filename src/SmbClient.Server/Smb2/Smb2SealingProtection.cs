using System;
using SmbClient.Protection;
using SmbClient.Server.Connections;
using SmbClient.Wire;

namespace SmbClient.Server.Smb2;

/// <summary>Seals a frame, [MS-SMB2] 3.3.4.1.4.</summary>
internal sealed class Smb2SealingProtection : IMessageProtection, IDisposable
{
    private readonly Smb2Sealer _sealer;
    private readonly ulong _sessionId;

    public Smb2SealingProtection(Smb2Sealer sealer, ulong sessionId)
    {
        _sealer = sealer;
        _sessionId = sessionId;
    }

    public void Dispose() => _sealer.Dispose();

    public MessageBuffer Protect(MessageBuffer message, ulong argument)
    {
        MessageBuffer frame = MessageBuffer.Rent(Smb2Sealer.HeaderSize + message.Length);
        _sealer.Seal(_sessionId, message.Span, default, frame.Span);
        message.Dispose();
        return frame;
    }
}
