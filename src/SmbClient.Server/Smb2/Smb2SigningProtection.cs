using System;
using System.Buffers.Binary;
using SmbClient.Protection;
using SmbClient.Server.Connections;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>Signs every message of a frame, each up to the next one's header, [MS-SMB2] 3.3.4.1.1.</summary>
internal sealed class Smb2SigningProtection : IMessageProtection, IDisposable
{
    private readonly Smb2Signer _signer;

    public Smb2SigningProtection(Smb2Signer signer)
    {
        _signer = signer;
    }

    public void Dispose() => _signer.Dispose();

    public MessageBuffer Protect(MessageBuffer message, ulong argument)
    {
        Span<byte> rest = message.Span;
        while (true)
        {
            int next = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest[Smb2Header.NextCommandPosition..]);
            _signer.Sign(next == 0 ? rest : rest[..next], default);
            if (next == 0)
            {
                return message;
            }

            rest = rest[next..];
        }
    }
}
