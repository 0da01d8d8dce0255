using System;
using System.Collections.Generic;
using System.Text;

namespace SmbClient.Authentication;

/// <summary>
/// A line of smbpasswd(5): <c>name:uid:LM hash:NT hash:[flags]:LCT-time:</c>. Hashes are 32 hexadecimal digits; X's or <c>NO PASSWORD</c> stand for none.
/// </summary>
internal sealed class SmbPasswdEntry
{
    private const int HashDigits = 32;

    private SmbPasswdEntry(SmbAccount account, byte[] ntHash, byte[] lmHash)
    {
        Account = account;
        NtHash = ntHash;
        LmHash = lmHash;
    }

    public SmbAccount Account { get; }

    public byte[] NtHash { get; }

    /// <summary>Empty where there is none.</summary>
    public byte[] LmHash { get; }

    /// <summary>Every user that can sign in by NTLM, by name without case. Lines that are none are skipped, as Samba does.</summary>
    public static Dictionary<string, SmbPasswdEntry> ReadAll(ReadOnlySpan<byte> file)
    {
        Dictionary<string, SmbPasswdEntry> entries = new(StringComparer.OrdinalIgnoreCase);
        while (!file.IsEmpty)
        {
            int end = file.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? file : file.Slice(0, end);
            file = end < 0 ? default : file.Slice(end + 1);
            if (Read(line) is { } entry)
            {
                entries[entry.Account.User] = entry;
            }
        }

        return entries;
    }

    private static SmbPasswdEntry? Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] == (byte)'#')
        {
            return null;
        }

        ReadOnlySpan<byte> name = NextField(ref line, out _);
        NextField(ref line, out _);
        byte[]? lmHash = ReadHash(NextField(ref line, out _));
        byte[]? ntHash = ReadHash(NextField(ref line, out bool isThere));
        ReadOnlySpan<byte> flags = NextField(ref line, out _);

        // W, S and I are the accounts of machines and domains. No NT hash is no password, which nobody can prove.
        if (!isThere || name.IsEmpty || ntHash is null || Has(flags, 'W') || Has(flags, 'S') || Has(flags, 'I'))
        {
            return null;
        }

        NtStatus status = Has(flags, 'D') ? NtStatus.AccountDisabled : Has(flags, 'L') ? NtStatus.AccountLockedOut : NtStatus.Success;
        return new SmbPasswdEntry(new SmbAccount { User = Encoding.UTF8.GetString(name), Status = status }, ntHash, lmHash ?? []);
    }

    private static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> line, out bool isThere)
    {
        isThere = !line.IsEmpty;
        int end = line.IndexOf((byte)':');
        ReadOnlySpan<byte> field = end < 0 ? line : line.Slice(0, end);
        line = end < 0 ? default : line.Slice(end + 1);
        return field;
    }

    private static bool Has(ReadOnlySpan<byte> flags, char flag) => flags.Length > 0 && flags[0] == (byte)'[' && flags.IndexOf((byte)flag) > 0;

    private static byte[]? ReadHash(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != HashDigits)
        {
            return null;
        }

        byte[] hash = new byte[HashDigits / 2];
        for (int i = 0; i < HashDigits; i++)
        {
            int digit = DigitOf(digits[i]);
            if (digit < 0)
            {
                return null;
            }

            hash[i / 2] = (byte)((hash[i / 2] << 4) | digit);
        }

        return hash;
    }

    private static int DigitOf(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        _ => -1,
    };
}
