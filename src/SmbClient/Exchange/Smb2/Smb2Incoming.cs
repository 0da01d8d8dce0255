using System;
using System.Buffers.Binary;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Exchange.Smb2;

/// <summary>What an incoming message must be before anybody gets it, and how he gets it.</summary>
internal static class Smb2Incoming
{
    private static ReadOnlySpan<byte> NoSignature => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static bool IsSealed(ReadOnlySpan<byte> frame) =>
        frame.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(frame) == Smb2TransformHeader.ProtocolId;

    /// <summary>The SessionId of a sealed message.</summary>
    public static ulong SealedFor(ReadOnlySpan<byte> frame) =>
        frame.Length > Smb2TransformHeader.Size
            ? BinaryPrimitives.ReadUInt64LittleEndian(frame.Slice(Smb2TransformHeader.SessionIdPosition))
            : throw new MalformedMessageException("A sealed message is shorter than its header", 0, frame.Length);

    /// <summary>
    /// Refuses a response that is not sealed or signed as its request was, whose signature is wrong, or that answers another command
    /// (client-state L4, L7, L8, L14).
    /// </summary>
    /// <param name="server">For messages to people.</param>
    /// <param name="request">What is answered.</param>
    /// <param name="header">The response's.</param>
    /// <param name="message">The response, or what came before <paramref name="landed"/> of it.</param>
    /// <param name="landed">The rest of it.</param>
    /// <param name="opener">The session whose keys have opened it; null where it came in plain.</param>
    /// <param name="isAfterExpiry">True for a failure related to a request of the same message that was refused, with a right signature, because the session has expired.</param>
    public static void Check(string server, Smb2Request request, in Smb2Header header, Span<byte> message, ReadOnlySpan<byte> landed, Smb2Channel? opener, bool isAfterExpiry)
    {
        if (header.Command != request.Command)
        {
            throw Misbehaved(server, $"answered {request.Command} with {header.Command}");
        }

        request.IsAnswerSealed = opener is not null;
        if (opener is not null)
        {
            // Another user of this connection may know his own keys, and must not answer for everybody with them.
            if (opener != request.Channel)
            {
                throw Misbehaved(server, $"answered {request.Command} with a message that was sealed for another session. The connection is not safe");
            }

            return;
        }

        if (request.IsSealed)
        {
            if (!MayComeInPlain(header.NtStatus))
            {
                throw Misbehaved(server, $"answered {request.Command} in plain although the session is sealed. The connection is not safe");
            }

            return;
        }

        if (isAfterExpiry)
        {
            // Samba does not sign these, but leaves the request's own signature in them. They tell nothing that the first did not, and nobody asks them.
            return;
        }

        if (header.IsSigned && request.Channel?.Verifier is { } verifier)
        {
            if (!verifier.Verify(message, landed))
            {
                throw Misbehaved(server, $"answered {request.Command} with a wrong signature. The connection is not safe");
            }
        }
        else if (request.IsSigned && !MayComeUnsigned(header, message.Slice(Smb2Header.SignaturePosition, NoSignature.Length)))
        {
            throw Misbehaved(server, $"answered {request.Command} without a signature. The connection is not safe");
        }
    }

    /// <summary>
    /// Gives a response to whoever waits for it: its data to his memory, what is small to the request's own, the rest in a buffer.
    /// True when <paramref name="frame"/> itself went to him.
    /// </summary>
    public static bool Deliver(Smb2Request request, Memory<byte> message, ReadOnlyMemory<byte> landed, MessageBuffer frame, bool isWholeFrame)
    {
        if (isWholeFrame)
        {
            request.LandedCount = landed.IsEmpty ? -1 : landed.Length;
            request.Complete(frame);
            return true;
        }

        int data = ReadLanding.CountData(message.Span, request.Landing.Length);
        if (data > 0 && data <= message.Length - ReadLanding.PreviewSize && request.TryBeginLanding())
        {
            message.Slice(ReadLanding.PreviewSize, data).CopyTo(request.Landing);
            request.LandedCount = data;
            message = message.Slice(0, ReadLanding.PreviewSize);
        }

        MessageBuffer response = request.SmallResponse;
        if (message.Length <= Smb2Request.SmallMessage)
        {
            response.Reset(message.Length);
        }
        else
        {
            response = MessageBuffer.Rent(message.Length);
        }

        message.Span.CopyTo(response.Span);
        request.Complete(response);
        return false;
    }

    /// <summary>
    /// Statuses that servers send in plain on a sealed session, because they do not know the session, or not what the message was. They carry no data
    /// and change nothing but this request's outcome.
    /// </summary>
    private static bool MayComeInPlain(NtStatus status) => status is NtStatus.UserSessionDeleted or NtStatus.InvalidParameter;

    /// <summary>
    /// Responses that servers legitimately leave unsigned (the list is that of Samba's client). An interim response carries nothing. A server that has lost
    /// the session has no key. Errors of the third row come from Windows servers with no signature at all.
    /// </summary>
    private static bool MayComeUnsigned(in Smb2Header header, ReadOnlySpan<byte> signature) => header switch
    {
        { NtStatus: NtStatus.Pending, IsAsync: true } => true,
        { NtStatus: NtStatus.UserSessionDeleted } => true,
        { NtStatus: NtStatus.NetworkNameDeleted or NtStatus.FileClosed or NtStatus.InvalidParameter } => signature.SequenceEqual(NoSignature),
        { Command: Smb2Command.SessionSetup } => header.NtStatus is NtStatus.RequestOutOfSequence or NtStatus.NotSupported or NtStatus.AccessDenied or NtStatus.MoreProcessingRequired,
        _ => false,
    };

    private static SmbProtocolException Misbehaved(string server, string what) => new(SmbProtocolError.Misbehaved, $"{server} {what}.");
}
