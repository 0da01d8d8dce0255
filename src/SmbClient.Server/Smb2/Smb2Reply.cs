using System;
using SmbClient.Server.Connections;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>An answer without its header, for which there is room before it. Whoever holds it owns the buffer.</summary>
internal readonly struct Smb2Reply
{
    private Smb2Reply(MessageBuffer message, NtStatus status)
    {
        Message = message;
        Status = status;
    }

    public MessageBuffer Message { get; }

    public NtStatus Status { get; }

    /// <summary>A tree connect's own.</summary>
    public uint? TreeId { get; init; }

    /// <summary>A session setup's own.</summary>
    public ulong? SessionId { get; init; }

    /// <summary>What a create has opened, for what follows in the compound.</summary>
    public FileId? FileId { get; init; }

    /// <summary>Signed with the key that the session has got just now.</summary>
    public bool EndsSessionSetup { get; init; }

    public static Smb2Reply Of<T>(T body, NtStatus status = NtStatus.Success)
        where T : struct, ISmb2Body
    {
        MessageBuffer message = MessageBuffer.Rent(Smb2Header.Size + body.Size);
        WireWriter writer = new(message.Span, Smb2Header.Size);
        body.Write(ref writer);
        message.Truncate(writer.Position);
        return new Smb2Reply(message, status);
    }

    /// <summary>An error, [MS-SMB2] 2.2.2.</summary>
    public static Smb2Reply Error(NtStatus status, ReadOnlyMemory<byte> data = default) => Of(new ErrorResponse { ErrorData = data }, status);

    /// <summary>A body that is in its place already.</summary>
    public static Smb2Reply Written(MessageBuffer message, NtStatus status) => new(message, status);

    /// <summary>How it leaves: sealed or signed as the request was, or as the session demands; null for neither.</summary>
    public IMessageProtection? Protection(Smb2Request request)
    {
        Smb2Session? session = request.SealedBy ?? request.Session;
        if (EndsSessionSetup && request.SealedBy is null)
        {
            return session?.Signing;
        }

        bool mustSeal = request.SealedBy is not null || (session is { EncryptData: true } && request.Command is not (Smb2Command.SessionSetup or Smb2Command.Negotiate));
        return mustSeal ? session?.Sealing : request.Header.IsSigned ? session?.Signing : null;
    }

    /// <summary>
    /// This, or a refusal where the request was cancelled since it would have had to wait: Windows and Samba let only the last request of a
    /// compound wait, and refuse others with this status ([MS-SMB2] 3.3.5.2.7).
    /// </summary>
    public Smb2Reply OrRefusalToWait()
    {
        if (Status != NtStatus.Cancelled)
        {
            return this;
        }

        Message.Dispose();
        return Error(NtStatus.InternalError);
    }
}
