using System;
using System.Text;
using SmbClient.Connections;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>
/// What goes into the password fields of a SESSION_SETUP_ANDX without extended security, or of a share-level TREE_CONNECT_ANDX
/// ([MS-CIFS] 3.2.4.2.4; client-state §2.4).
/// </summary>
internal sealed class Smb1Password
{
    private Smb1Password(ReadOnlyMemory<byte> oemPassword, ReadOnlyMemory<byte> unicodePassword, byte[] sessionKey, byte[] lanManSessionKey)
    {
        OemPassword = oemPassword;
        UnicodePassword = unicodePassword;
        SessionKey = sessionKey;
        LanManSessionKey = lanManSessionKey;
    }

    public ReadOnlyMemory<byte> OemPassword { get; }

    public ReadOnlyMemory<byte> UnicodePassword { get; }

    /// <summary>The key of the NT response; empty with a plaintext password.</summary>
    public byte[] SessionKey { get; }

    /// <summary>The key of the LM response, for servers that accepted only that.</summary>
    public byte[] LanManSessionKey { get; }

    /// <summary>
    /// Nobody's password. Both fields are empty; but a server without challenge and response wants the terminator of an empty text (Samba
    /// answers INVALID_PARAMETER else).
    /// </summary>
    public static Smb1Password CreateForNobody(ClientConnection connection) =>
        new(connection.ServerChallengeResponse ? default(ReadOnlyMemory<byte>) : new byte[1], default, [], []);

    public static Smb1Password Create(ClientConnection connection, Smb1Dialect dialect, GssCredential credential, AuthenticationPolicy policy)
    {
        if (connection.ServerChallengeResponse)
        {
            NtlmLegacyResponse response = NtlmLegacyResponse.Create(
                credential,
                dialect.NtlmChallenge.Span,
                new GssInitiatorOptions
                {
                    Credential = credential,
                    TargetName = "cifs/" + connection.ServerName,
                    AllowNtlmV1 = policy.AllowNtlmV1,
                    AllowLanManager = policy.AllowLanManager,
                    TimeProvider = connection.Time,
                });
            return new Smb1Password(response.LmResponse, response.NtResponse, response.SessionKey, response.LmSessionKey);
        }

        if (!policy.AllowPlaintextPassword)
        {
            throw new SmbProtocolException(
                SmbProtocolError.Incompatible,
                $"{connection.ServerName} wants the password in the clear. Everyone on the way could read it; set {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.AllowPlaintextPassword)} to send it all the same.");
        }

        return dialect.ServerCapabilities.HasFlag(Smb1Capabilities.Unicode)
            ? new Smb1Password(default, credential.EncodePlaintext(Encoding.Unicode), [], [])
            : new Smb1Password(credential.EncodePlaintext(connection.Options.OemEncoding ?? Encoding.GetEncoding("iso-8859-1")), default, [], []);
    }
}
