using System;
using System.Linq;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.KerberosNet.Tickets;

namespace SmbClient.KerberosNet.Tokens;

/// <summary>A ticket given away in a KRB-CRED, [RFC4120] 3.6. Kerberos.NET's delegation flag alone sends none.</summary>
internal static class ForwardedCredential
{
    /// <summary>A KRB-CRED, encrypted with the session key of the ticket for the one who gets it ([RFC4121] 4.1.1).</summary>
    public static ReadOnlyMemory<byte> Encode(Ticket forwarded, KerberosKey key, DateTimeOffset now)
    {
        KrbEncKrbCredPart part = new()
        {
            Timestamp = KerberosTime.Seconds(now),
            USec = KerberosTime.Microseconds(now),
            TicketInfo =
            [
                new KrbCredInfo
                {
                    Key = forwarded.SessionKey,
                    PName = forwarded.Client,
                    Realm = forwarded.ClientRealm,
                    Flags = forwarded.Flags,
                    AuthTime = forwarded.AuthTime,
                    StartTime = forwarded.StartTime,
                    EndTime = forwarded.EndTime,
                    RenewTill = forwarded.RenewTill,
                    SName = forwarded.Server,
                    SRealm = forwarded.ServerRealm,
                },
            ],
        };
        KrbCred message = new() { Tickets = [forwarded.Encoded], EncryptedPart = KrbEncryptedData.Encrypt(part.EncodeApplication(), key, KeyUsage.EncKrbCredPart) };
        return message.EncodeApplication();
    }

    /// <summary>The ticket in a KRB-CRED. Some initiators encrypt it with their subkey, [RFC4120] 5.8.1 allows the rest.</summary>
    /// <exception cref="Exception">It cannot be decrypted or decoded; Kerberos.NET has many ways to say so.</exception>
    public static Ticket Decode(ReadOnlyMemory<byte> message, KerberosKey key, KerberosKey? subkey)
    {
        KrbCred credential = KrbCred.DecodeApplication(message);
        KrbEncKrbCredPart part;
        try
        {
            part = credential.EncryptedPart.Decrypt(key, KeyUsage.EncKrbCredPart, p => KrbEncKrbCredPart.DecodeApplication(p));
        }
        catch (Exception e) when (subkey is not null && e is not OutOfMemoryException)
        {
            part = credential.EncryptedPart.Decrypt(subkey, KeyUsage.EncKrbCredPart, p => KrbEncKrbCredPart.DecodeApplication(p));
        }

        (KrbTicket ticket, KrbCredInfo info) = credential.Tickets.Zip(part.TicketInfo, (t, i) => (t, i))
            .First(p => PrincipalNames.TicketGrantingRealm(p.t.SName) is not null && p.i.PName is not null && p.i.Realm is not null);
        return new Ticket
        {
            Encoded = ticket,
            SessionKey = info.Key,
            Client = info.PName,
            ClientRealm = info.Realm,
            Server = ticket.SName,
            ServerRealm = ticket.Realm,
            Flags = info.Flags,
            AuthTime = info.AuthTime ?? default,
            StartTime = info.StartTime,
            EndTime = info.EndTime ?? default,
            RenewTill = info.RenewTill,
        };
    }
}
