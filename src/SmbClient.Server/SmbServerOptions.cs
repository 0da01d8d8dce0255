using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Microsoft.Extensions.Logging;
using SmbClient.Authentication;

namespace SmbClient.Server;

/// <summary>
/// What a server is made of. The values are checked once, at <see cref="SmbServer.Start"/>. The defaults are as strict as the client's: SMB1 is off,
/// every message is signed, nobody is a guest.
/// </summary>
public sealed record SmbServerOptions
{
    private const int LargestTransfer = 8 << 20;
    private const int SmallestTransfer = 64 << 10;

    /// <summary>Who may sign in, and how. It stays the caller's, who disposes of it after the server.</summary>
    public required SmbServerAuthenticator Authenticator { get; init; }

    /// <summary>What is shared. IPC$, with which clients list the others, is always there.</summary>
    public IReadOnlyList<SmbServerShare> Shares { get; init; } = [];

    /// <summary>Where to listen, by direct TCP: IP addresses with ports (0 for any free one) or Unix domain sockets; none for a server that is only reached in memory.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; init; } = [new IPEndPoint(IPAddress.Loopback, 0)];

    /// <summary>The oldest dialect to speak; <see cref="AllowSmb1"/> goes below it.</summary>
    public SmbDialect MinDialect { get; init; } = SmbDialect.Smb202;

    /// <summary>The newest dialect to speak.</summary>
    public SmbDialect MaxDialect { get; init; } = SmbDialect.Smb311;

    /// <summary>Serves SMB1 ("NT LM 0.12") too, to clients that offer nothing better. SMB1 cannot be sealed.</summary>
    public bool AllowSmb1 { get; init; }

    /// <summary>Takes no unsigned message from a user with a key. Guests and anonymous users have none.</summary>
    public bool RequireSigning { get; init; } = true;

    /// <summary>
    /// When messages are sealed, which takes SMB 3.0 or later: <see cref="SmbEncryptionPolicy.IfServerRequires"/> for shares that demand it and clients that want it,
    /// <see cref="SmbEncryptionPolicy.Preferred"/> asks every client that can, <see cref="SmbEncryptionPolicy.Required"/> refuses those that cannot.
    /// </summary>
    public SmbEncryptionPolicy Encryption { get; init; }

    /// <summary>The ciphers to accept, the best liked first.</summary>
    public IReadOnlyList<SmbCipher> Ciphers { get; init; } = [SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm, SmbCipher.Aes256Gcm, SmbCipher.Aes256Ccm];

    /// <summary>The signing algorithms to accept in SMB 3.1.1, the best liked first. Older dialects have one each.</summary>
    public IReadOnlyList<SmbSigningAlgorithm> SigningAlgorithms { get; init; } = [SmbSigningAlgorithm.AesGmac, SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.HmacSha256];

    /// <summary>Octets of one read or write at most, 64 KiB to 8 MiB; SMB 2.0.2 and SMB1 have smaller limits of their own.</summary>
    public int MaxTransferSize { get; init; } = LargestTransfer;

    /// <summary>Credits that one SMB2 client may hold, 1 to 8,192: requests of 64 KiB that it may have under way.</summary>
    public int MaxCredits { get; init; } = 512;

    /// <summary>Connections at once; a further one is closed at once.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>Sessions at once, of all connections; a further sign-in is refused.</summary>
    public int MaxSessions { get; init; } = 1024;

    /// <summary>Shares that one session is connected to at once.</summary>
    public int MaxTreeConnects { get; init; } = 128;

    /// <summary>Files, directories and pipes that are open at once, of all sessions; a further open is refused.</summary>
    public int MaxOpens { get; init; } = 16384;

    /// <summary>Octets of requests and responses held at once, of all connections; what exceeds them waits to be received.</summary>
    public long MaxOctetsInFlight { get; init; } = 256L << 20;

    /// <summary>How long a connection may exist without anyone signed in on it.</summary>
    public TimeSpan AuthenticationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Session setups of one connection that are begun and not finished at once.</summary>
    public int MaxUnfinishedSetups { get; init; } = 8;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the server logs; null for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Authenticator);
        ArgumentNullException.ThrowIfNull(Shares);
        ArgumentNullException.ThrowIfNull(EndPoints);
        ArgumentNullException.ThrowIfNull(Ciphers);
        ArgumentNullException.ThrowIfNull(SigningAlgorithms);
        if (MinDialect < SmbDialect.Smb202 || MaxDialect > SmbDialect.Smb311 || (MinDialect > MaxDialect && !AllowSmb1))
        {
            throw new ArgumentException($"{nameof(MinDialect)} {MinDialect} and {nameof(MaxDialect)} {MaxDialect} leave no dialect of SMB2 to speak; {nameof(AllowSmb1)} adds SMB1.", nameof(MaxDialect));
        }

        if (Shares.Select(s => s.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() != Shares.Count)
        {
            throw new ArgumentException("Two shares have the same name.", nameof(Shares));
        }

        if (Ciphers.Any(c => !Enum.IsDefined(c)))
        {
            throw new ArgumentException("The list has a cipher that is none.", nameof(Ciphers));
        }

        if (Encryption != SmbEncryptionPolicy.IfServerRequires && (MaxDialect < SmbDialect.Smb300 || Ciphers.Count == 0))
        {
            throw new ArgumentException($"{nameof(Encryption)} takes SMB 3.0 or later and a cipher: see {nameof(MaxDialect)} and {nameof(Ciphers)}.", nameof(Encryption));
        }

        if (SigningAlgorithms.Count == 0 || SigningAlgorithms.Any(a => a == SmbSigningAlgorithm.Md5 || !Enum.IsDefined(a)))
        {
            throw new ArgumentException("SMB 3.1.1 signs with AES-GMAC, AES-CMAC or HMAC-SHA256: at least one of them.", nameof(SigningAlgorithms));
        }

        CheckRange(MaxTransferSize, SmallestTransfer, LargestTransfer, nameof(MaxTransferSize));
        CheckRange(MaxCredits, 1, 8192, nameof(MaxCredits));
        CheckRange(MaxConnections, 1, int.MaxValue, nameof(MaxConnections));
        CheckRange(MaxSessions, 1, int.MaxValue, nameof(MaxSessions));
        CheckRange(MaxTreeConnects, 1, int.MaxValue, nameof(MaxTreeConnects));
        CheckRange(MaxOpens, 1, int.MaxValue, nameof(MaxOpens));
        CheckRange(MaxUnfinishedSetups, 1, int.MaxValue, nameof(MaxUnfinishedSetups));
        CheckRange(MaxOctetsInFlight, 1 << 20, long.MaxValue, nameof(MaxOctetsInFlight));
        if (AuthenticationTimeout <= TimeSpan.Zero && AuthenticationTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(AuthenticationTimeout), AuthenticationTimeout, "A time limit is positive, or Timeout.InfiniteTimeSpan.");
        }
    }

    private static void CheckRange(long value, long least, long most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"From {least} to {most}.");
        }
    }
}
