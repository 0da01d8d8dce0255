using System;

namespace SmbClient.Gss.Kerberos;

/// <summary>A check of an AP exchange that failed: what the other side is told, and what this one. It never leaves the context.</summary>
internal sealed class KerberosRefusalException : Exception
{
    public KerberosRefusalException(KerberosError code, GssStatus status, string reason)
        : base(reason)
    {
        Code = code;
        Status = status;
    }

    public KerberosError Code { get; }

    public GssStatus Status { get; }
}
