using System;

namespace SmbClient.Authentication;

/// <summary>How winbind is asked.</summary>
public sealed record WinbindOptions
{
    /// <summary>The helper: Samba's ntlm_auth.</summary>
    public string Program { get; init; } = "/usr/bin/ntlm_auth";

    /// <summary>Helpers that run at once at most; who comes when all are busy waits.</summary>
    public int MaxProcesses { get; init; } = 4;

    /// <summary>How long one answer may take; then the helper is ended.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
