using System;
using System.Linq;
using System.Security;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Contexts;

/// <summary>The PAC in a ticket, [MS-PAC] 2.1, and what Kerberos.NET says of its server signature.</summary>
internal static class TicketAuthorization
{
    /// <summary>False where the signature is wrong. What Kerberos.NET cannot check stays unverified.</summary>
    /// <param name="ticket">The decrypted ticket.</param>
    /// <param name="serviceKey">The key that it was encrypted with, which its PAC is signed with too.</param>
    /// <param name="pac">The PAC as it came; empty for none.</param>
    /// <param name="status">What is known of it.</param>
    public static bool TryRead(KrbEncTicketPart ticket, KerberosKey serviceKey, out ReadOnlyMemory<byte> pac, out GssAuthorizationDataStatus status)
    {
        pac = default;
        status = GssAuthorizationDataStatus.None;
        KrbAuthorizationData? data = (ticket.AuthorizationData ?? [])
            .Where(a => a.Type == AuthorizationDataType.AdIfRelevant)
            .SelectMany(a => a.DecodeAdIfRelevant())
            .FirstOrDefault(a => a.Type == AuthorizationDataType.AdWin2kPac);
        if (data is null)
        {
            return true;
        }

        pac = data.Data.ToArray();
        status = GssAuthorizationDataStatus.Unverified;
        PrivilegedAttributeCertificate decoded;
        try
        {
            decoded = new PrivilegedAttributeCertificate(data);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return true;
        }

        if (decoded.ServerSignature is null)
        {
            return true;
        }

        try
        {
            decoded.ServerSignature.Validate(serviceKey);
        }
        catch (SecurityException)
        {
            return false;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return true;
        }

        status = GssAuthorizationDataStatus.VerifiedWithKey;
        return true;
    }
}
