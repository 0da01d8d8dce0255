using System;
using System.Collections.Generic;
using SmbClient.Gss.Kerberos.Messages;

namespace SmbClient.Gss.Kerberos;

/// <summary>What an AP-REQ proves, once every check of it has passed. It owns its keys and the credential.</summary>
internal sealed class VerifiedRequest : IDisposable
{
    /// <summary>The names and times of the ticket; what had octets in it is cleared.</summary>
    public required EncTicketPart Ticket { get; init; }

    /// <summary>The time and number of the authenticator; what had octets in it is cleared.</summary>
    public required Authenticator Authenticator { get; init; }

    /// <summary>The key of the ticket.</summary>
    public required KerberosKey SessionKey { get; init; }

    /// <summary>The key that the initiator chose; null for none.</summary>
    public KerberosKey? Subkey { get; init; }

    /// <summary>What the initiator asks for; None where it has no checksum of GSS.</summary>
    public GssContextFlags Flags { get; init; }

    /// <summary>True where the initiator waits for an AP-REP.</summary>
    public bool IsMutual { get; init; }

    public bool IsChannelBound { get; init; }

    /// <summary>The encryption types that the initiator knows, [RFC4537]; empty where it does not say.</summary>
    public IReadOnlyList<int> EncryptionTypes { get; init; } = [];

    /// <summary>[MS-PAC]; empty where the ticket has none.</summary>
    public ReadOnlyMemory<byte> Pac { get; init; }

    /// <summary>Null for none; whoever takes it disposes of it.</summary>
    public DelegatedCredential? Credential { get; init; }

    public void Dispose()
    {
        SessionKey.Dispose();
        Subkey?.Dispose();
    }
}
