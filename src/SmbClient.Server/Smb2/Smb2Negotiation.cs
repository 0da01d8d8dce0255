using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using SmbClient.Protection;
using SmbClient.Server.Connections;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>Decides what a connection speaks, [MS-SMB2] 3.3.5.3 and 3.3.5.4.</summary>
internal static class Smb2Negotiation
{
    private const ushort Sha512 = 1;
    private const int SaltSize = 32;
    private const uint SmallTransfer = 64 << 10;

    private static readonly SmbDialect[] All = [SmbDialect.Smb311, SmbDialect.Smb302, SmbDialect.Smb300, SmbDialect.Smb210, SmbDialect.Smb202];

    /// <summary>True where the server speaks any dialect of SMB2 at all.</summary>
    public static bool IsServed(SmbServerOptions options) => options.MaxDialect >= SmbDialect.Smb202 && options.MinDialect <= options.MaxDialect;

    /// <summary>The dialects that this server speaks, the newest first.</summary>
    public static IEnumerable<SmbDialect> Served(SmbServerOptions options)
    {
        SmbDialect least = options.Encryption == SmbEncryptionPolicy.Required && options.MinDialect < SmbDialect.Smb300 ? SmbDialect.Smb300 : options.MinDialect;
        return All.Where(d => d >= least && d <= options.MaxDialect);
    }

    /// <summary>Settles the dialect and all that comes with it; the status says why not.</summary>
    public static (NtStatus Status, Smb2Negotiated? Result) Decide(ServerState server, in NegotiateRequest request)
    {
        if (request.Dialects.Count == 0)
        {
            return (NtStatus.InvalidParameter, null);
        }

        IReadOnlyList<SmbDialect> offered = request.Dialects;
        SmbDialect dialect = Served(server.Options).FirstOrDefault(offered.Contains);
        if (dialect == SmbDialect.None)
        {
            return (NtStatus.NotSupported, null);
        }

        SmbServerOptions options = server.Options;
        SmbSigningAlgorithm signing = dialect >= SmbDialect.Smb300 ? SmbSigningAlgorithm.AesCmac : SmbSigningAlgorithm.HmacSha256;
        SmbCipher? cipher = null;
        Smb2NegotiateContexts contexts = default;
        if (dialect == SmbDialect.Smb311)
        {
            if (!request.Contexts.PreauthIntegrity!.HashAlgorithms.Contains(Sha512))
            {
                return (NtStatus.SmbNoPreauthIntegrityHashOverlap, null);
            }

            IReadOnlyList<SmbCipher>? ciphers = request.Contexts.Encryption;
            cipher = ciphers is null ? null : options.Ciphers.Where(ciphers.Contains).Select(c => (SmbCipher?)c).FirstOrDefault();
            IReadOnlyList<SmbSigningAlgorithm>? algorithms = request.Contexts.Signing;
            SmbSigningAlgorithm? agreed = algorithms is null ? null : options.SigningAlgorithms.Where(algorithms.Contains).Select(a => (SmbSigningAlgorithm?)a).FirstOrDefault();
            if (agreed is null && !options.SigningAlgorithms.Contains(signing))
            {
                return (NtStatus.InvalidParameter, null);
            }

            signing = agreed ?? signing;
            contexts = new Smb2NegotiateContexts
            {
                PreauthIntegrity = new Smb2PreauthIntegrity([Sha512], RandomNumberGenerator.GetBytes(SaltSize)),
                Encryption = ciphers is null ? null : [cipher ?? 0],
                Signing = agreed is { } algorithm ? [algorithm] : null,
            };
        }
        else if (dialect >= SmbDialect.Smb300 && (request.Capabilities & Smb2Capabilities.Encryption) != 0 && options.Ciphers.Contains(SmbCipher.Aes128Ccm))
        {
            cipher = SmbCipher.Aes128Ccm;
        }

        Smb2Capabilities capabilities = (dialect > SmbDialect.Smb202 ? Smb2Capabilities.LargeMtu : 0)
            | (cipher is not null && dialect < SmbDialect.Smb311 ? Smb2Capabilities.Encryption : 0);
        return (NtStatus.Success, new Smb2Negotiated
        {
            Dialect = dialect,
            Signing = signing,
            Cipher = cipher,
            Request = request,
            Response = Respond(server, (ushort)dialect, capabilities, contexts),
            Preauth = dialect == SmbDialect.Smb311 ? new PreauthIntegrity() : null,
        });
    }

    /// <summary>The answer to a NEGOTIATE of SMB1, after which the client negotiates again.</summary>
    public static NegotiateResponse RespondToAny(ServerState server) => Respond(server, NegotiateResponse.AnyDialect, Smb2Capabilities.LargeMtu, default);

    private static NegotiateResponse Respond(ServerState server, ushort dialect, Smb2Capabilities capabilities, Smb2NegotiateContexts contexts)
    {
        uint size = dialect == (ushort)SmbDialect.Smb202 ? SmallTransfer : (uint)server.Options.MaxTransferSize;
        return new NegotiateResponse
        {
            SecurityMode = Smb2SecurityMode.SigningEnabled | (server.Options.RequireSigning ? Smb2SecurityMode.SigningRequired : 0),
            DialectRevision = dialect,
            ServerGuid = server.Guid,
            Capabilities = capabilities,
            MaxTransactSize = size,
            MaxReadSize = size,
            MaxWriteSize = size,
            SystemTime = FileTime.FromDateTimeOffset(server.Time.GetUtcNow()),
            SecurityBuffer = server.Authenticator.NegotiateHint(),
            Contexts = contexts,
        };
    }
}
