using System.Collections.Generic;

namespace SmbClient.Wire.Smb1;

/// <summary>DOS error classes and codes as NTSTATUS, [MS-CIFS] 2.2.2.4, for servers without CAP_STATUS32, and the other way for such clients.</summary>
internal static class Smb1DosStatus
{
    private const byte Dos = 1;
    private const byte Srv = 2;
    private const byte Hrd = 3;

    private const ushort GeneralFailure = 31;

    /// <summary>NTSTATUS with this severity or a worse one are no DOS errors.</summary>
    private const uint Warnings = 0x40000000;

    /// <summary>Codes of NTSTATUS that a DOS error stands for beside the one that it is read as.</summary>
    private static readonly Dictionary<NtStatus, (byte Class, ushort Code)> Others = new()
    {
        [NtStatus.NoSuchFile] = (Dos, 2),
        [NtStatus.ObjectPathInvalid] = (Dos, 3),
        [NtStatus.ObjectPathSyntaxBad] = (Dos, 3),
        [NtStatus.NotADirectory] = (Dos, 3),
        [NtStatus.FileIsADirectory] = (Dos, 5),
        [NtStatus.CannotDelete] = (Dos, 5),
        [NtStatus.DeletePending] = (Dos, 5),
        [NtStatus.FileClosed] = (Dos, 6),
        [NtStatus.SmbBadFid] = (Dos, 6),
        [NtStatus.InvalidDeviceRequest] = (Dos, 1),
        [NtStatus.InvalidInfoClass] = (Dos, 124),
        [NtStatus.InvalidLevel] = (Dos, 124),
        [NtStatus.InsufficientResources] = (Dos, 8),
        [NtStatus.NoMemory] = (Dos, 8),
        [NtStatus.LockNotGranted] = (Dos, 33),
        [NtStatus.FileLockConflict] = (Dos, 33),
        [NtStatus.SharingViolation] = (Dos, 32),
        [NtStatus.DirectoryNotEmpty] = (Dos, 145),
        [NtStatus.ObjectNameCollision] = (Dos, 80),
        [NtStatus.DiskFull] = (Dos, 112),
        [NtStatus.InstanceNotAvailable] = (Dos, 231),
        [NtStatus.PipeEmpty] = (Dos, 232),
        [NtStatus.BufferOverflow] = (Dos, 234),
        [NtStatus.BufferTooSmall] = (Dos, 122),
        [NtStatus.InfoLengthMismatch] = (Dos, 24),
        [NtStatus.NetworkNameDeleted] = (Srv, 5),
        [NtStatus.UserSessionDeleted] = (Srv, 91),
        [NtStatus.WrongPassword] = (Srv, 2),
        [NtStatus.AccountExpired] = (Srv, 2239),
        [NtStatus.PasswordMustChange] = (Srv, 2242),
        [NtStatus.SmbBadCommand] = (Srv, 64),
    };

    private static readonly Dictionary<(byte Class, ushort Code), NtStatus> Table = new()
    {
        [(Dos, 1)] = NtStatus.NotImplemented,
        [(Dos, 2)] = NtStatus.ObjectNameNotFound,
        [(Dos, 3)] = NtStatus.ObjectPathNotFound,
        [(Dos, 4)] = NtStatus.TooManyOpenedFiles,
        [(Dos, 5)] = NtStatus.AccessDenied,
        [(Dos, 6)] = NtStatus.InvalidHandle,
        [(Dos, 8)] = NtStatus.InsuffServerResources,
        [(Dos, 16)] = NtStatus.DirectoryNotEmpty,
        [(Dos, 17)] = NtStatus.NotSameDevice,
        [(Dos, 18)] = NtStatus.NoMoreFiles,
        [(Dos, 32)] = NtStatus.SharingViolation,
        [(Dos, 33)] = NtStatus.FileLockConflict,
        [(Dos, 38)] = NtStatus.EndOfFile,
        [(Dos, 50)] = NtStatus.NotSupported,
        [(Dos, 80)] = NtStatus.ObjectNameCollision,
        [(Dos, 87)] = NtStatus.InvalidParameter,
        [(Dos, 112)] = NtStatus.DiskFull,
        [(Dos, 123)] = NtStatus.ObjectNameInvalid,
        [(Dos, 124)] = NtStatus.Os2InvalidLevel,
        [(Dos, 145)] = NtStatus.DirectoryNotEmpty,
        [(Dos, 158)] = NtStatus.RangeNotLocked,
        [(Dos, 183)] = NtStatus.ObjectNameCollision,
        [(Dos, 230)] = NtStatus.InvalidPipeState,
        [(Dos, 231)] = NtStatus.PipeBusy,
        [(Dos, 232)] = NtStatus.PipeClosing,
        [(Dos, 233)] = NtStatus.PipeDisconnected,
        [(Dos, 234)] = NtStatus.MoreProcessingRequired,
        [(Dos, 1022)] = NtStatus.NotifyEnumDir,
        [(Srv, 1)] = NtStatus.InvalidSmb,
        [(Srv, 2)] = NtStatus.LogonFailure,
        [(Srv, 3)] = NtStatus.PathNotCovered,
        [(Srv, 4)] = NtStatus.NetworkAccessDenied,
        [(Srv, 5)] = NtStatus.SmbBadTid,
        [(Srv, 6)] = NtStatus.BadNetworkName,
        [(Srv, 7)] = NtStatus.BadDeviceType,
        [(Srv, 22)] = NtStatus.SmbBadCommand,
        [(Srv, 64)] = NtStatus.SmbBadCommand,
        [(Srv, 65)] = NtStatus.UnexpectedNetworkError,
        [(Srv, 88)] = NtStatus.IoTimeout,
        [(Srv, 89)] = NtStatus.RequestNotAccepted,
        [(Srv, 90)] = NtStatus.TooManySessions,
        [(Srv, 91)] = NtStatus.SmbBadUid,
        [(Srv, 250)] = NtStatus.SmbUseStandard,
        [(Srv, 2239)] = NtStatus.AccountDisabled,
        [(Srv, 2240)] = NtStatus.InvalidWorkstation,
        [(Srv, 2241)] = NtStatus.InvalidLogonHours,
        [(Srv, 2242)] = NtStatus.PasswordExpired,
        [(Srv, 65535)] = NtStatus.SmbNoSupport,
        [(Hrd, 19)] = NtStatus.MediaWriteProtected,
        [(Hrd, 21)] = NtStatus.NoMediaInDevice,
        [(Hrd, 32)] = NtStatus.SharingViolation,
        [(Hrd, 33)] = NtStatus.FileLockConflict,
        [(Hrd, 39)] = NtStatus.DiskFull,
    };

    /// <summary>The NTSTATUS of class, reserved octet and code as they stand in the header; an unknown pair keeps its numbers.</summary>
    public static NtStatus ToNtStatus(uint status)
    {
        byte errorClass = (byte)status;
        ushort code = (ushort)(status >> 16);
        if (errorClass == 0)
        {
            return NtStatus.Success;
        }

        return Table.TryGetValue((errorClass, code), out NtStatus known) ? known : (NtStatus)(((uint)code << 16) | errorClass);
    }

    /// <summary>True for an NTSTATUS that is class and code of a DOS error, such as STATUS_SMB_BAD_UID.</summary>
    public static bool IsDosError(NtStatus status) => (uint)status >> 16 != 0 && ((uint)status & 0xFF00) == 0 && (byte)status is Dos or Srv or Hrd && ((uint)status < Warnings || status == NtStatus.SmbNoSupport);

    /// <summary>Class, reserved octet and code for a client that knows no NTSTATUS.</summary>
    public static uint FromNtStatus(NtStatus status)
    {
        if (status == NtStatus.Success)
        {
            return 0;
        }

        if (IsDosError(status))
        {
            return (uint)status;
        }

        if (Others.TryGetValue(status, out (byte Class, ushort Code) known))
        {
            return Pack(known.Class, known.Code);
        }

        foreach (KeyValuePair<(byte Class, ushort Code), NtStatus> row in Table)
        {
            if (row.Value == status)
            {
                return Pack(row.Key.Class, row.Key.Code);
            }
        }

        return Pack(Hrd, GeneralFailure);
    }

    private static uint Pack(byte errorClass, ushort code) => ((uint)code << 16) | errorClass;
}
