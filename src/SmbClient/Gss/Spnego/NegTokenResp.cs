using System;

namespace SmbClient.Gss.Spnego;

/// <summary>NegTokenResp, [RFC4178] 4.2.2.</summary>
internal sealed class NegTokenResp
{
    public NegState? NegState { get; init; }

    public string? SupportedMech { get; init; }

    public ReadOnlyMemory<byte>? ResponseToken { get; init; }

    public ReadOnlyMemory<byte>? MechListMic { get; init; }

    /// <summary>No field rather than an empty one. (A conditional with null would become an empty memory, which is a field.)</summary>
    public static ReadOnlyMemory<byte>? OrAbsent(ReadOnlyMemory<byte> octets)
    {
        if (octets.IsEmpty)
        {
            return null;
        }

        return octets;
    }
}
