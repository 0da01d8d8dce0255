using System;

namespace SmbClient.Gss;

/// <summary>What an NTLM server must agree to, [MS-NLMP] 2.2.2.5; without it the exchange is refused.</summary>
[Flags]
public enum NtlmRequirements
{
    /// <summary>Whatever the server offers.</summary>
    None = 0,

    /// <summary>Extended session security, which integrity codes are made with.</summary>
    ExtendedSessionSecurity = 1,

    /// <summary>Keys of 128 bits.</summary>
    Key128 = 2,

    /// <summary>A session key that the client draws, rather than one that follows from the password.</summary>
    KeyExchange = 4,

    /// <summary>Integrity codes.</summary>
    Signing = 8,

    /// <summary>What keeps the keys strong. Key exchange and integrity codes are asked for, but the session key is as good without them.</summary>
    Default = ExtendedSessionSecurity | Key128,

    /// <summary>Everything: what Windows and Samba agree to since long.</summary>
    All = ExtendedSessionSecurity | Key128 | KeyExchange | Signing,
}
