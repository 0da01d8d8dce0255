using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace SmbClient.Crypto;

/// <summary>The chain of blocks by the AES instructions of x86 and ARM processors.</summary>
internal sealed class InstructionAesChain : AesChain
{
    private const int RoundCount = 10;

    private readonly Vector128<byte>[] _rounds = new Vector128<byte>[RoundCount + 1];

    /// <param name="key">16 octets, which are copied.</param>
    public InstructionAesChain(ReadOnlySpan<byte> key) => Expand(key, _rounds);

    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => BitConverter.IsLittleEndian && (X86Aes.IsSupported || ArmAes.IsSupported);

    public override void Chain(ReadOnlySpan<byte> blocks, Span<byte> state)
    {
        ReadOnlySpan<Vector128<byte>> vectors = MemoryMarshal.Cast<byte, Vector128<byte>>(blocks);
        if (vectors.IsEmpty)
        {
            return;
        }

        Vector128<byte> chained = Vector128.Create<byte>(state);
        chained = X86Aes.IsSupported ? ChainX86(vectors, chained, _rounds) : ChainArm(vectors, chained, _rounds);
        chained.CopyTo(state);
    }

    protected override void Dispose(bool disposing) => _rounds.AsSpan().Clear();

    private static Vector128<byte> ChainX86(ReadOnlySpan<Vector128<byte>> blocks, Vector128<byte> state, Vector128<byte>[] rounds)
    {
        Vector128<byte> k10 = rounds[10], k9 = rounds[9], k8 = rounds[8], k7 = rounds[7], k6 = rounds[6], k5 = rounds[5];
        Vector128<byte> k4 = rounds[4], k3 = rounds[3], k2 = rounds[2], k1 = rounds[1], k0 = rounds[0];

        // Every instruction waits for the one before; the last round of a block takes the next block along, so that there are ten and no more.
        Vector128<byte> between = k10 ^ k0;
        state ^= blocks[0] ^ k0;
        for (int next = 1; ; next++)
        {
            state = X86Aes.Encrypt(state, k1);
            state = X86Aes.Encrypt(state, k2);
            state = X86Aes.Encrypt(state, k3);
            state = X86Aes.Encrypt(state, k4);
            state = X86Aes.Encrypt(state, k5);
            state = X86Aes.Encrypt(state, k6);
            state = X86Aes.Encrypt(state, k7);
            state = X86Aes.Encrypt(state, k8);
            state = X86Aes.Encrypt(state, k9);
            if (next >= blocks.Length)
            {
                return X86Aes.EncryptLast(state, k10);
            }

            state = X86Aes.EncryptLast(state, blocks[next] ^ between);
        }
    }

    // AESE adds the round key first and does not mix columns.
    private static Vector128<byte> ChainArm(ReadOnlySpan<Vector128<byte>> blocks, Vector128<byte> state, Vector128<byte>[] rounds)
    {
        Vector128<byte> k10 = rounds[10], k9 = rounds[9], k8 = rounds[8], k7 = rounds[7], k6 = rounds[6], k5 = rounds[5];
        Vector128<byte> k4 = rounds[4], k3 = rounds[3], k2 = rounds[2], k1 = rounds[1], k0 = rounds[0];

        foreach (Vector128<byte> block in blocks)
        {
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, block ^ k0));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k1));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k2));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k3));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k4));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k5));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k6));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k7));
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, k8));
            state = ArmAes.Encrypt(state, k9) ^ k10;
        }

        return state;
    }

    // [FIPS197] 5.2.
    private static void Expand(ReadOnlySpan<byte> key, Span<Vector128<byte>> rounds)
    {
        rounds[0] = Vector128.Create(key);
        uint roundConstant = 1;
        for (int i = 1; i <= RoundCount; i++)
        {
            Vector128<uint> previous = rounds[i - 1].AsUInt32();
            uint rotated = (previous.GetElement(3) >> 8) | (previous.GetElement(3) << 24);
            uint w0 = previous.GetElement(0) ^ SubstituteWord(rotated) ^ roundConstant;
            uint w1 = previous.GetElement(1) ^ w0;
            uint w2 = previous.GetElement(2) ^ w1;
            uint w3 = previous.GetElement(3) ^ w2;
            rounds[i] = Vector128.Create(w0, w1, w2, w3).AsByte();
            roundConstant = (roundConstant << 1) ^ ((roundConstant >> 7) * 0x11B);
        }
    }

    // With four equal columns the last round shifts rows into themselves, and what is left of it is the S-box.
    private static uint SubstituteWord(uint word)
    {
        Vector128<byte> columns = Vector128.Create(word).AsByte();
        Vector128<byte> substituted = X86Aes.IsSupported
            ? X86Aes.EncryptLast(columns, Vector128<byte>.Zero)
            : ArmAes.Encrypt(columns, Vector128<byte>.Zero);
        return substituted.AsUInt32().ToScalar();
    }
}
