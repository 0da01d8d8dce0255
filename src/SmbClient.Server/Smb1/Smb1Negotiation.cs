using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using SmbClient.Authentication;
using SmbClient.Server.Connections;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>What was settled by NEGOTIATE, [MS-CIFS] 3.3.5.42 and [MS-SMB] 3.3.5.2.</summary>
internal sealed class Smb1Negotiation
{
    /// <summary>Requests that a client may have under way.</summary>
    public const int MaxMpxCount = 50;

    /// <summary>Octets of a message, large reads and writes apart; as Samba has it.</summary>
    public const int MaxBufferSize = 16644;

    private const string NtLm = "NT LM 0.12";
    private const uint MaxRawSize = 65536;
    private const int ChallengeSize = 8;

    private const Smb1Capabilities Capabilities = Smb1Capabilities.Unicode | Smb1Capabilities.LargeFiles | Smb1Capabilities.NtSmbs | Smb1Capabilities.RpcRemoteApis
        | Smb1Capabilities.Status32 | Smb1Capabilities.NtFind | Smb1Capabilities.InfoLevelPassThru | Smb1Capabilities.LargeReadX | Smb1Capabilities.LargeWriteX;

    private Smb1Negotiation(NegotiateResponse response)
    {
        Response = response;
    }

    public NegotiateResponse Response { get; }

    /// <summary>The client signs in with SPNEGO's tokens; else by challenge and response.</summary>
    public bool IsExtended => (Response.Capabilities & Smb1Capabilities.ExtendedSecurity) != 0;

    /// <summary>What to answer; without a result where the client and this server have nothing in common.</summary>
    public static Smb1Negotiation? Decide(ServerState server, IReadOnlyList<string> dialects, Smb1Flags2 flags2)
    {
        int index = dialects.ToList().IndexOf(NtLm);
        bool isExtended = (flags2 & Smb1Flags2.ExtendedSecurity) != 0;
        SmbAuthenticatorOptions authenticator = server.Authenticator.Options;
        if (index < 0 || (!isExtended && !authenticator.AllowNonExtendedSecurity))
        {
            return null;
        }

        return new Smb1Negotiation(new NegotiateResponse
        {
            DialectIndex = (ushort)index,
            SecurityMode = Smb1SecurityMode.UserLevel | Smb1SecurityMode.EncryptPasswords | Smb1SecurityMode.SignaturesEnabled
                | (server.Options.RequireSigning ? Smb1SecurityMode.SignaturesRequired : 0),
            MaxMpxCount = MaxMpxCount,
            MaxNumberVcs = 1,
            MaxBufferSize = MaxBufferSize,
            MaxRawSize = MaxRawSize,
            Capabilities = Capabilities | (isExtended ? Smb1Capabilities.ExtendedSecurity : 0),
            SystemTime = FileTime.FromDateTimeOffset(server.Time.GetUtcNow()),
            ServerGuid = server.Guid,
            SecurityBlob = isExtended ? server.Authenticator.NegotiateHint() : default,
            Challenge = isExtended ? default(ReadOnlyMemory<byte>) : RandomNumberGenerator.GetBytes(ChallengeSize),
            DomainName = authenticator.NetBiosDomain ?? authenticator.NetBiosName,
            ServerName = authenticator.NetBiosName,
        });
    }
}
