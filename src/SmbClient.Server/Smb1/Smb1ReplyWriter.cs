using System.Collections.Generic;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>Puts the answers of a chain into one message behind one header, [MS-CIFS] 3.3.4.1.</summary>
internal static class Smb1ReplyWriter
{
    private const int Alignment = 4;
    private const Smb1Flags2 Echoed = Smb1Flags2.LongNames | Smb1Flags2.IsLongName | Smb1Flags2.ExtendedSecurity | Smb1Flags2.NtStatus | Smb1Flags2.Unicode;

    /// <summary>An answer with one body.</summary>
    public static MessageBuffer Write(Smb1Request request, NtStatus status, ISmb1Body? body) => Write(request, status, [(request.Header.Command, body)]);

    /// <summary>The answers to the commands of a chain, in its order, the last one perhaps an error.</summary>
    public static MessageBuffer Write(Smb1Request request, NtStatus status, IReadOnlyList<(Smb1Command Command, ISmb1Body? Body)> blocks)
    {
        int size = Smb1Header.Size;
        foreach ((Smb1Command _, ISmb1Body? body) in blocks)
        {
            size += Alignment + (body?.MaxSize(request.Strings) ?? Smb1Words.Frame);
        }

        MessageBuffer message = MessageBuffer.Rent(size);
        WireWriter writer = new(message.Span);
        WriteHeader(ref writer, request, status);
        int previous = 0;
        foreach ((Smb1Command command, ISmb1Body? body) in blocks)
        {
            if (previous != 0)
            {
                writer.Align(Alignment);
                if (writer.Position > ushort.MaxValue - Smb1Header.Size - byte.MaxValue)
                {
                    // Where the next answer would be, no offset can say.
                    break;
                }

                Smb1AndX.Chain(message.Span, previous, command, writer.Position);
            }

            previous = writer.Position;
            if (body is null)
            {
                Smb1Words.WriteEmpty(ref writer);
            }
            else
            {
                body.Write(ref writer, request.Strings);
            }
        }

        message.Truncate(writer.Position);
        return message;
    }

    private static void WriteHeader(ref WireWriter writer, Smb1Request request, NtStatus status)
    {
        Smb1Header asked = request.Header;
        // Statuses that are DOS errors in disguise go as what they are: Samba's clients take them for success else.
        bool hasNtStatus = (asked.Flags2 & Smb1Flags2.NtStatus) != 0 && !Smb1DosStatus.IsDosError(status);
        new Smb1Header
        {
            Command = asked.Command,
            Status = hasNtStatus ? (uint)status : Smb1DosStatus.FromNtStatus(status),
            Flags = Smb1Flags.Reply | (asked.Flags & (Smb1Flags.CaseInsensitive | Smb1Flags.CanonicalizedPaths)),
            Flags2 = (asked.Flags2 & Echoed & ~(hasNtStatus ? 0 : Smb1Flags2.NtStatus)) | (request.ResponseSequence is null ? 0 : Smb1Flags2.SecuritySignature),
            PidHigh = asked.PidHigh,
            Tid = request.Tid,
            PidLow = asked.PidLow,
            Uid = request.Uid,
            Mid = asked.Mid,
        }.Write(ref writer);
    }
}
