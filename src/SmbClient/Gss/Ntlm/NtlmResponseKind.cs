namespace SmbClient.Gss.Ntlm;

/// <summary>By what an AUTHENTICATE message proves the password.</summary>
internal enum NtlmResponseKind
{
    V2,
    V1,

    /// <summary>LM or LMv2, without an NT response.</summary>
    LanManager,
}
