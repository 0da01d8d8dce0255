using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Tests.Server.Smb1;

/// <summary>One response: its header and the whole message.</summary>
internal sealed record RawSmb1Response(Smb1Header Header, byte[] Message)
{
    public delegate T Decoder<T>(ref WireReader reader, in Smb1Strings strings);

    public NtStatus Status => Header.NtStatus;

    public Smb1Block First => Smb1AndX.First(Message);

    public Smb1Block? Second => Smb1AndX.Next(Message, First);

    public T Read<T>(Decoder<T> decode, Smb1Strings strings, int position = Smb1Header.Size)
    {
        WireReader reader = new(Message);
        reader.Skip(position);
        return decode(ref reader, strings);
    }
}
