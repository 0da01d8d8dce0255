using System;
using SmbClient.Protection;
using SmbClient.Server.Connections;
using SmbClient.Wire;

namespace SmbClient.Server.Smb1;

/// <summary>Signs answers, each with the sequence number that follows its request's, [MS-CIFS] 3.3.4.1.1.</summary>
internal sealed class Smb1SigningProtection : IMessageProtection, IDisposable
{
    private readonly Smb1Signer _signer;

    public Smb1SigningProtection(ReadOnlySpan<byte> key, ReadOnlySpan<byte> challengeResponse)
    {
        _signer = new Smb1Signer(key, challengeResponse);
    }

    public MessageBuffer Protect(MessageBuffer message, ulong argument)
    {
        _signer.Sign(message.Span, default, (uint)argument);
        return message;
    }

    public void Dispose() => _signer.Dispose();
}
