using System.Collections.Generic;

namespace SmbClient.Wire.Smb1;

/// <summary>DOS error classes and codes as NTSTATUS, [MS-CIFS] 2.2.2.4, for servers without CAP_STATUS32.</summary>
internal static class Smb1DosStatus
{
    private const byte Dos = 1;
    private const byte Srv = 2;
    private const byte Hrd = 3;

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
}
