#if !SMBCLIENT_NETSTANDARD
using System;
using System.Linq;
using SmbClient.Protection;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>What every message passes through leaves nothing for the garbage collector.</summary>
public class Smb2AllocationTests
{
    private const int Rounds = 10;
    private const int MessagesPerRound = 200;

    // The platform makes a handle for every message.
    private const int CcmOctetsPerMessage = 40;

    [Theory]
    [InlineData(SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbSigningAlgorithm.AesGmac)]
    public void Signing_and_verifying_allocate_nothing(SmbSigningAlgorithm algorithm)
    {
        using Smb2Signer signer = Smb2Signer.Create(algorithm, new byte[16]);
        byte[] message = new byte[112];
        byte[] payload = new byte[100_000];

        Assert.Equal(0, Allocated(() =>
        {
            signer.Sign(message, []);
            Assert.True(signer.Verify(message, []));
            signer.Sign(message, payload);
            Assert.True(signer.Verify(message, payload));
        }));
    }

    [Theory]
    [InlineData(SmbCipher.Aes128Gcm, 0)]
    [InlineData(SmbCipher.Aes256Gcm, 0)]
    [InlineData(SmbCipher.Aes128Ccm, CcmOctetsPerMessage)]
    [InlineData(SmbCipher.Aes256Ccm, CcmOctetsPerMessage)]
    public void Sealing_and_opening_allocate_no_more_than_the_platform(SmbCipher cipher, int octetsPerMessage)
    {
        using Smb2Sealer sealer = new(cipher, new byte[cipher is SmbCipher.Aes256Ccm or SmbCipher.Aes256Gcm ? 32 : 16]);
        byte[] message = new byte[112];
        byte[] payload = new byte[20_000];
        byte[] frame = new byte[Smb2Sealer.HeaderSize + message.Length + payload.Length];

        Assert.InRange(Allocated(() =>
        {
            sealer.Seal(1, message, payload, frame);
            Assert.True(sealer.TryOpen(frame));
        }), 0, 2 * octetsPerMessage * MessagesPerRound);
    }

    // The least of some rounds: a collection of other tests' garbage may empty the array pool.
    private static long Allocated(Action action) => Enumerable.Range(0, Rounds).Min(_ =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < MessagesPerRound; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
#endif
