using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// The checks of an AP-REQ, [RFC4120] 3.2.3 and kerberos-pac §18, in their order: key, ticket, times, authenticator, names, skew, replay, checksum,
/// bindings, target, PAC. Any that fails is a <see cref="KerberosRefusalException"/>.
/// </summary>
internal sealed class RequestVerifier
{
    /// <summary>KERB_AP_OPTIONS_CBT, [MS-KILE] 3.2.5.8: the initiator binds itself wherever it has a channel.</summary>
    private const uint KnowsChannelBindings = 0x4000;

    private readonly GssAcceptorOptions _options;
    private readonly KeytabAcceptorSettings _settings;
    private readonly DateTimeOffset _now;

    public RequestVerifier(GssAcceptorOptions options, KeytabAcceptorSettings settings, DateTimeOffset now)
    {
        _options = options;
        _settings = settings;
        _now = now;
    }

    /// <exception cref="KerberosRefusalException">A check failed.</exception>
    /// <exception cref="MalformedMessageException">Something inside does not decode.</exception>
    public VerifiedRequest Verify(ApReq request)
    {
        if ((request.Options & ApReq.UseSessionKey) != 0)
        {
            throw new KerberosRefusalException(KerberosError.NoKey, GssStatus.DefectiveCredential, "the ticket is for a service without a key of its own");
        }

        (byte[] ticketOctets, KerberosKey serviceKey) = OpenTicket(request.Ticket);
        byte[]? authenticatorOctets = null;
        KerberosKey? sessionKey = null;
        KerberosKey? subkey = null;
        try
        {
            EncTicketPart ticket = EncTicketPart.Decode(ticketOctets);
            CheckTicket(ticket);
            sessionKey = ticket.Key.ToKey() ?? throw Unsupported($"the session key is of type {ticket.Key.Type}");
            authenticatorOctets = OpenAuthenticator(request, sessionKey);
            Authenticator authenticator = Authenticator.Decode(authenticatorOctets);
            CheckAuthenticator(authenticator, ticket, request.Authenticator);
            if (authenticator.Subkey is { } sent)
            {
                subkey = sent.ToKey() ?? throw Unsupported($"the initiator's key is of type {sent.Type}");
            }

            GssChecksum checksum = ReadChecksum(authenticator, subkey ?? sessionKey);
            bool isBound = CheckRequirements(request.Ticket, authenticator, checksum);
            return new VerifiedRequest
            {
                Ticket = ticket,
                Authenticator = authenticator,
                SessionKey = sessionKey,
                Subkey = subkey,
                Flags = (GssContextFlags)checksum.Flags,
                IsMutual = (request.Options & ApReq.MutualRequired) != 0 || (checksum.Flags & (uint)GssContextFlags.MutualAuth) != 0,
                IsChannelBound = isBound,
                EncryptionTypes = ReadEncryptionTypes(authenticator),
                Pac = OpenPac(ticket, serviceKey),
                Credential = checksum.Delegation.IsEmpty
                    ? null
                    : DelegatedCredential.Decode(checksum.Delegation, sessionKey, subkey, ticket.Client, ticket.ClientRealm),
            };
        }
        catch
        {
            sessionKey?.Dispose();
            subkey?.Dispose();
            throw;
        }
        finally
        {
            // Both carry keys. Whatever is needed of them from here on has been copied.
            ticketOctets.AsSpan().Clear();
            authenticatorOctets.AsSpan().Clear();
        }
    }

    private static KerberosRefusalException Unsupported(string reason) =>
        new(KerberosError.EncryptionTypeNotSupported, GssStatus.DefectiveCredential, reason + ", which is not served");

    private static byte[] OpenAuthenticator(ApReq request, KerberosKey sessionKey)
    {
        EncryptedData encrypted = request.Authenticator;
        byte[]? plaintext = encrypted.Type == (int)sessionKey.Type ? sessionKey.Decrypt(KeyUsage.Authenticator, encrypted.Cipher.Span) : null;
        return plaintext ?? throw new KerberosRefusalException(KerberosError.Modified, GssStatus.DefectiveCredential, "the authenticator is not encrypted with the ticket's session key");
    }

    /// <summary>
    /// GSS has its say in the place of a checksum. One that is missing says nothing ([MS-KILE] 3.4.5); one that is a checksum in earnest, as old
    /// Samba clients send, is over nothing, and must be right where it has a key.
    /// </summary>
    private static GssChecksum ReadChecksum(Authenticator authenticator, KerberosKey key)
    {
        switch (authenticator.Checksum)
        {
            case null:
                return new GssChecksum();
            case { Type: GssChecksum.Type } sent:
                GssChecksum checksum = GssChecksum.Decode(sent.Value)
                    ?? throw new KerberosRefusalException(KerberosError.InappropriateChecksum, GssStatus.DefectiveToken, "the checksum of GSS is too short");
                return (checksum.Flags & GssChecksum.DceStyle) == 0
                    ? checksum
                    : throw new KerberosRefusalException(KerberosError.Policy, GssStatus.Unauthorized, "the client wants the three legs of DCE");
            case { Type: 1 or 2 or 7 or 14 }:
                // CRC-32, MD4, MD5 and SHA-1 have no key, and prove nothing either way.
                return new GssChecksum();
            case { } keyed when key.VerifyChecksum(KeyUsage.AuthenticatorChecksum, keyed.Type, default, keyed.Value.Span):
                return new GssChecksum();
            default:
                throw new KerberosRefusalException(KerberosError.InappropriateChecksum, GssStatus.DefectiveToken, "the authenticator has a checksum that is wrong, or of an unknown type");
        }
    }

    private static List<int> ReadEncryptionTypes(Authenticator authenticator)
    {
        List<ReadOnlyMemory<byte>> found = AuthorizationDataElement.FindRelevant(authenticator.AuthorizationData, AuthorizationDataElement.EncryptionTypes);
        return found.Count == 0 ? [] : KerberosDer.Guard(found[0], r => KerberosDer.List(r, KerberosDer.Int32));
    }

    /// <summary>The PAC of the ticket, whose signature and owner are right; empty where it has none.</summary>
    private static ReadOnlyMemory<byte> OpenPac(EncTicketPart ticket, KerberosKey serviceKey)
    {
        List<ReadOnlyMemory<byte>> pacs = AuthorizationDataElement.FindRelevant(ticket.AuthorizationData, AuthorizationDataElement.Pac);
        if (pacs.Count == 0)
        {
            return default;
        }

        // Enterprise names are the one form in which a PAC may have another name than the ticket: the account's.
        string? name = ticket.Client.Type == KerberosPrincipal.EnterpriseType ? null : ticket.Client.ToString();
        string? failure = pacs.Count > 1 ? "the ticket has more than one PAC"
            : !PacServerSignature.Verify(pacs[0], serviceKey) ? "the PAC is not signed with the key of the service"
            : !PacServerSignature.IsFor(pacs[0], ticket.AuthTime, name) ? "the PAC is another user's"
            : null;
        return failure is null ? pacs[0].ToArray() : throw new KerberosRefusalException(KerberosError.Modified, GssStatus.DefectiveCredential, failure);
    }

    private (byte[] Plaintext, KerberosKey Key) OpenTicket(Ticket ticket)
    {
        EncryptedData encrypted = ticket.Encrypted;
        KeytabKeys found = _settings.Keytab.Find(ticket.Service, ticket.Realm, encrypted.Version, encrypted.Type);
        foreach (KerberosKey key in found.Keys)
        {
            if (key.Decrypt(KeyUsage.Ticket, encrypted.Cipher.Span) is { } plaintext)
            {
                return (plaintext, key);
            }
        }

        string what = $"the ticket for {ticket.Service}@{ticket.Realm} (type {encrypted.Type}, version {encrypted.Version?.ToString(CultureInfo.InvariantCulture) ?? "none"})";
        throw found switch
        {
            { Keys.Count: 0 } => new KerberosRefusalException(KerberosError.NoKey, GssStatus.DefectiveCredential, "the keytab has no key for " + what),
            { HasVersion: false } => new KerberosRefusalException(KerberosError.BadKeyVersion, GssStatus.DefectiveCredential, "the keytab has no key of that version for " + what),
            _ => new KerberosRefusalException(KerberosError.Modified, GssStatus.DefectiveCredential, "no key of the keytab opens " + what),
        };
    }

    private void CheckTicket(EncTicketPart ticket)
    {
        if ((ticket.Flags & EncTicketPart.Invalid) != 0 || (ticket.StartTime ?? ticket.AuthTime) - _now > _settings.MaxClockSkew)
        {
            throw new KerberosRefusalException(KerberosError.TicketNotYetValid, GssStatus.OldToken, "the ticket is not valid yet");
        }

        if (_now - ticket.EndTime > _settings.MaxClockSkew)
        {
            throw new KerberosRefusalException(KerberosError.TicketExpired, GssStatus.CredentialsExpired, "the ticket has expired");
        }

        if (!ticket.Transited.IsEmpty && (ticket.Flags & EncTicketPart.TransitedPolicyChecked) == 0)
        {
            throw new KerberosRefusalException(KerberosError.PathNotAccepted, GssStatus.Unauthorized, "the KDC has not checked the realms that the ticket came through");
        }

        if (ticket.Client.Components is ["WELLKNOWN", "ANONYMOUS"])
        {
            throw new KerberosRefusalException(KerberosError.Policy, GssStatus.Unauthorized, "the ticket is anonymous");
        }
    }

    private void CheckAuthenticator(Authenticator authenticator, EncTicketPart ticket, EncryptedData encrypted)
    {
        if (authenticator.ClientRealm != ticket.ClientRealm || !authenticator.Client.Equals(ticket.Client, StringComparison.Ordinal))
        {
            throw new KerberosRefusalException(KerberosError.BadMatch, GssStatus.DefectiveCredential, "the ticket is another user's than the authenticator");
        }

        if ((authenticator.Time - _now).Duration() > _settings.MaxClockSkew)
        {
            throw new KerberosRefusalException(KerberosError.Skew, GssStatus.OldToken, $"the client's clock is {(authenticator.Time - _now).TotalSeconds:F0} s from ours");
        }

        switch (_settings.ReplayCache.Add(encrypted.Cipher.Span, authenticator.Time + _settings.MaxClockSkew, _now))
        {
            case ReplayVerdict.Repeated:
                throw new KerberosRefusalException(KerberosError.Repeat, GssStatus.DuplicateToken, "the authenticator was used before");
            case ReplayVerdict.Full:
                throw new KerberosRefusalException(KerberosError.Generic, GssStatus.Failure, "too many sign-ins at one time to tell replays");
        }
    }

    /// <summary>True where the initiator is bound to our channel.</summary>
    private bool CheckRequirements(Ticket ticket, Authenticator authenticator, GssChecksum checksum)
    {
        bool isAware = AuthorizationDataElement.FindRelevant(authenticator.AuthorizationData, AuthorizationDataElement.ApOptions)
            .Any(o => o.Length >= sizeof(uint) && (BinaryPrimitives.ReadUInt32LittleEndian(o.Span) & KnowsChannelBindings) != 0);
        (GssStatus Status, string Reason)? failure =
            AcceptorBindings.Check(checksum.Bindings, _options, out bool isBound, isAware) ?? AcceptorTarget.Check(ticket.Service.ToString(), _options);
        return failure is not { } f ? isBound
            : throw new KerberosRefusalException(f.Status == GssStatus.BadBindings ? KerberosError.Modified : KerberosError.NotUs, f.Status, f.Reason);
    }
}
