using System;
using SmbClient.Protection;

namespace SmbClient.Exchange.Smb2;

/// <summary>
/// What protects the messages of one session on one connection: signer and sealer of each direction. The send loop uses those that go out, the
/// receive loop those that come in, so none of them is ever used by two threads.
/// </summary>
internal sealed class Smb2Channel : IDisposable
{
    public Smb2Channel(ulong sessionId)
    {
        SessionId = sessionId;
    }

    public ulong SessionId { get; }

    /// <summary>Signs what goes out; null without a key: guest, anonymous, not signed in yet.</summary>
    public Smb2Signer? Signer { get; private set; }

    /// <summary>Verifies what comes in.</summary>
    public Smb2Signer? Verifier { get; private set; }

    /// <summary>Seals what goes out; null where no cipher is shared.</summary>
    public Smb2Sealer? Sealer { get; private set; }

    /// <summary>Opens what comes in.</summary>
    public Smb2Sealer? Opener { get; private set; }

    /// <summary>Every message is signed, unless it is sealed.</summary>
    public bool SigningRequired { get; set; }

    /// <summary>Every message is sealed.</summary>
    public bool EncryptData { get; set; }

    /// <summary>Takes the keys of the first sign-in; later ones never change them (client-state K2).</summary>
    public void SetKeys(Smb2SessionKeys keys, SmbSigningAlgorithm algorithm, SmbCipher? cipher)
    {
        Signer = Smb2Signer.Create(algorithm, keys.SigningKey);
        Verifier = Smb2Signer.Create(algorithm, keys.SigningKey);
        if (cipher is { } agreed)
        {
            Sealer = new Smb2Sealer(agreed, keys.EncryptionKey);
            Opener = new Smb2Sealer(agreed, keys.DecryptionKey);
        }
    }

    /// <summary>Forgets the keys; nothing may be under way any more.</summary>
    public void Dispose()
    {
        Signer?.Dispose();
        Verifier?.Dispose();
        Sealer?.Dispose();
        Opener?.Dispose();
    }
}
