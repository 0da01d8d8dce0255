using SmbClient.Crypto;

namespace SmbClient.Gss;

/// <summary>Where challenges and keys come from; replaced only by tests that recompute published examples.</summary>
internal abstract class GssRandom
{
    public static GssRandom System { get; } = new SystemRandom();

    public abstract byte[] Next(int count);

    private sealed class SystemRandom : GssRandom
    {
        public override byte[] Next(int count) => SecureRandom.Next(count);
    }
}
