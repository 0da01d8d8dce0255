using System.Collections.Generic;
using SmbClient.Wire;

namespace SmbClient.Gss.Spnego;

/// <summary>
/// Puts a token together that its sender had to cut, [MS-SPNG] 3.1.5.4: the length of the outer element tells how much there is to come.
/// </summary>
internal sealed class TokenAssembler
{
    private const byte InitialContextToken = 0x60;
    private const byte Init = 0xA0;
    private const byte Resp = 0xA1;
    private const byte LongForm = 0x80;
    private const int MaxLengthOctets = 4;

    private readonly int _limit;
    private readonly List<byte> _octets = [];

    public TokenAssembler(int limit)
    {
        _limit = limit;
    }

    /// <summary>The whole token, or null where more of it has to come.</summary>
    public byte[]? Add(byte[] fragment)
    {
        if (_octets.Count + (long)fragment.Length > _limit)
        {
            throw new MalformedMessageException($"A token of more than {_limit} octets");
        }

        _octets.AddRange(fragment);
        long expected = ExpectedLength();
        if (expected > _limit)
        {
            throw new MalformedMessageException($"A token that claims {expected} octets, of which {_limit} are taken at most");
        }

        if (fragment.Length > 0 && _octets.Count < expected)
        {
            return null;
        }

        byte[] token = [.. _octets];
        _octets.Clear();
        return token;
    }

    /// <summary>Octets of the outer element, or of what there is where it does not say.</summary>
    private long ExpectedLength()
    {
        if (_octets.Count < 2 || _octets[0] is not (InitialContextToken or Init or Resp))
        {
            return _octets.Count;
        }

        int count = _octets[1] - LongForm;
        if (count < 0)
        {
            return 2 + _octets[1];
        }

        if (count is 0 or > MaxLengthOctets || _octets.Count < 2 + count)
        {
            return _octets.Count;
        }

        long length = 0;
        for (int i = 0; i < count; i++)
        {
            length = (length << 8) | _octets[2 + i];
        }

        return 2 + count + length;
    }
}
