using System.Globalization;
using System.Text;

namespace SmbClient;

/// <summary>Turns an NTSTATUS into a sentence: what was asked, of whom, what came back, and what to do about it.</summary>
internal static class NtStatusText
{
    /// <summary>The specification's name, such as <c>STATUS_ACCESS_DENIED (0xC0000022)</c>.</summary>
    public static string Name(NtStatus status)
    {
        string hex = ((uint)status).ToString("X8", CultureInfo.InvariantCulture);
        string name = status.ToString();
        if (name.Length == 0 || char.IsDigit(name[0]))
        {
            return $"NTSTATUS 0x{hex}";
        }

        StringBuilder text = new("STATUS");
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.Append(" (0x").Append(hex).Append(')').ToString();
    }

    public static string Describe(NtStatus status, string command, string? path, string server)
    {
        string what = path is null ? command : $"{command} of '{path}'";
        string? advice = Advice(status);
        return advice is null
            ? $"{server} refused {what}: {Name(status)}."
            : $"{server} refused {what}: {Name(status)}. {advice}";
    }

    /// <summary>What the reader can do about it, or null where the name says it all.</summary>
    public static string? Advice(NtStatus status) => status switch
    {
        NtStatus.AccessDenied => "The user has no right to do this: check the share's and the file's permissions, and that the server does not demand signing or encryption that is switched off here.",
        NtStatus.LogonFailure or NtStatus.WrongPassword or NtStatus.NoSuchUser => "The user name or the password is wrong, or the server does not know the domain.",
        NtStatus.AccountDisabled => "The account is disabled on the server.",
        NtStatus.AccountExpired => "The account has expired on the server.",
        NtStatus.AccountLockedOut => "The account is locked on the server, usually after too many wrong passwords.",
        NtStatus.PasswordExpired or NtStatus.PasswordMustChange => "The password must be changed before the account can sign in.",
        NtStatus.AccountRestriction => "A policy of the server forbids this sign-in, for example an empty password over the network.",
        NtStatus.InvalidLogonHours => "The account may not sign in at this time of day.",
        NtStatus.InvalidWorkstation => "The account may not sign in from this machine.",
        NtStatus.LogonTypeNotGranted => "The account may not sign in over the network.",
        NtStatus.NtlmBlocked => "The server does not accept NTLM.",
        NtStatus.NoLogonServers or NtStatus.NetlogonNotStarted or NtStatus.TrustedRelationshipFailure => "The server cannot reach its domain controller.",
        NtStatus.TimeDifferenceAtDc => "The clocks differ too much: synchronise them.",
        NtStatus.BadNetworkName => "The server has no share of this name.",
        NtStatus.BadDeviceType => "The share is of another type, such as a printer or a pipe.",
        NtStatus.NetworkNameDeleted or NtStatus.SmbBadTid => "The share is gone: open it again.",
        NtStatus.UserSessionDeleted or NtStatus.SmbBadUid => "The server has dropped the session: open a new connection.",
        NtStatus.RequestNotAccepted or NtStatus.TooManySessions => "The server takes no more sessions or connections (a Windows desktop allows 20): dispose connections that are no longer used.",
        NtStatus.ObjectNameNotFound or NtStatus.NoSuchFile => "The file does not exist.",
        NtStatus.ObjectPathNotFound => "A directory of the path does not exist.",
        NtStatus.ObjectNameCollision => "A file of that name exists already.",
        NtStatus.ObjectNameInvalid or NtStatus.ObjectPathSyntaxBad or NtStatus.ObjectPathInvalid => "The server does not accept this as a file name.",
        NtStatus.NameTooLong => "The name is longer than the server allows.",
        NtStatus.SharingViolation => "Someone else has the file open in a way that excludes this.",
        NtStatus.FileLockConflict or NtStatus.LockNotGranted => "Someone else has locked a part of the file.",
        NtStatus.DirectoryNotEmpty => "The directory has entries; delete them first.",
        NtStatus.FileIsADirectory => "The name is a directory; use the directory operations.",
        NtStatus.NotADirectory => "The name is a file; use the file operations.",
        NtStatus.DiskFull => "The server's disk or the user's quota is full.",
        NtStatus.DeletePending => "The file is being deleted and is gone when its last user closes it.",
        NtStatus.PathNotCovered => "The path lies elsewhere in a distributed file system (DFS), which this version does not follow.",
        NtStatus.StoppedOnSymlink => "The path crosses a symbolic link that only the client may follow.",
        NtStatus.InsufficientResources or NtStatus.InsuffServerResources => "The server is short of resources: try again later.",
        NtStatus.ServerUnavailable or NtStatus.FileNotAvailable or NtStatus.ShareUnavailable => "The server cannot serve it at the moment: try again later.",
        NtStatus.SmbBadClusterDialect => $"The share wants another dialect: see {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.MaxDialect)}.",
        _ => null,
    };
}
