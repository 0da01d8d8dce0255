using SmbClient.Gss;
using SmbClient.Protection;
using SmbClient.Wire.Smb2;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>A session as the server has it: who signs in, and the keys, with the directions turned round.</summary>
internal sealed class ScriptedSession
{
    public required ulong Id { get; init; }

    /// <summary>The sign-in under way; null in between.</summary>
    public GssContext? Conversation { get; set; }

    /// <summary>PreauthIntegrityHashValue of the session; null below 3.1.1 and after the first sign-in.</summary>
    public PreauthIntegrity? Preauth { get; set; }

    public bool IsAnonymous { get; set; }

    /// <summary>The client, or the server, has said that every message is signed.</summary>
    public bool MustSign { get; set; }

    /// <summary>Every message is sealed.</summary>
    public bool MustSeal { get; set; }

    public int SignIns { get; set; }

    public Smb2Signer? Signer { get; private set; }

    public Smb2Signer? Verifier { get; private set; }

    public Smb2Sealer? Sealer { get; private set; }

    public Smb2Sealer? Opener { get; private set; }

    public void SetKeys(Smb2SessionKeys keys, SmbSigningAlgorithm algorithm, SmbCipher? cipher)
    {
        Signer = Smb2Signer.Create(algorithm, keys.SigningKey);
        Verifier = Smb2Signer.Create(algorithm, keys.SigningKey);
        if (cipher is { } agreed)
        {
            Opener = new Smb2Sealer(agreed, keys.EncryptionKey);
            Sealer = new Smb2Sealer(agreed, keys.DecryptionKey);
        }
    }
}
