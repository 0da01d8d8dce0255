using System;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>A call of SSPI failed. It never leaves the mechanism.</summary>
internal sealed class SspiException : Exception
{
    private const int NoCredentials = unchecked((int)0x8009030E);
    private const int LogonDenied = unchecked((int)0x8009030C);
    private const int UnknownCredentials = unchecked((int)0x8009030D);
    private const int InvalidToken = unchecked((int)0x80090308);
    private const int TargetUnknown = unchecked((int)0x80090303);
    private const int MessageAltered = unchecked((int)0x8009030F);
    private const int OutOfSequence = unchecked((int)0x80090310);
    private const int NoAuthenticatingAuthority = unchecked((int)0x80090311);
    private const int TimeSkew = unchecked((int)0x80090324);
    private const int BadBindings = unchecked((int)0x80090346);

    public SspiException(int code, string call)
        : base($"{call} failed, {Describe(code)} (0x{code:X8})")
    {
        Code = code;
    }

    public int Code { get; }

    public GssStatus Status => Code switch
    {
        NoCredentials or UnknownCredentials or TargetUnknown or NoAuthenticatingAuthority => GssStatus.NoCredential,
        LogonDenied => GssStatus.DefectiveCredential,
        InvalidToken => GssStatus.DefectiveToken,
        MessageAltered => GssStatus.BadMic,
        OutOfSequence => GssStatus.DuplicateToken,
        TimeSkew => GssStatus.OldToken,
        BadBindings => GssStatus.BadBindings,
        _ => GssStatus.Failure,
    };

    /// <summary>The KDC refuses the user or the password.</summary>
    public bool IsLogonDenied => Code == LogonDenied;

    private static string Describe(int code) => code switch
    {
        NoCredentials => "the logon session has no tickets",
        UnknownCredentials => "the credential is not known",
        LogonDenied => "the KDC refuses the user or the password",
        InvalidToken => "the token is defective",
        TargetUnknown => "the service is not known to the KDC",
        MessageAltered => "a message was changed",
        OutOfSequence => "a message was repeated",
        NoAuthenticatingAuthority => "no KDC can be reached",
        TimeSkew => "the clocks differ too much",
        BadBindings => "the channel bindings differ",
        _ => "no more is known",
    };
}
