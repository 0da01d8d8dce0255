namespace SmbClient;

/// <summary>
/// NTSTATUS values that SMB servers answer with, [MS-ERREF] 2.3.1 and [MS-CIFS] 2.2.2.4. The value is the one on the wire;
/// a server may send any other value, which then has no name here but is kept as it came.
/// </summary>
public enum NtStatus : uint
{
    /// <summary>STATUS_SUCCESS: the operation succeeded.</summary>
    Success = 0x00000000,

    /// <summary>STATUS_PENDING: the answer comes later.</summary>
    Pending = 0x00000103,

    /// <summary>STATUS_NOTIFY_CLEANUP: the watched directory handle was closed.</summary>
    NotifyCleanup = 0x0000010B,

    /// <summary>STATUS_NOTIFY_ENUM_DIR: too many changes to list; enumerate the directory.</summary>
    NotifyEnumDir = 0x0000010C,

    /// <summary>STATUS_INVALID_SMB: the server could not parse a request.</summary>
    InvalidSmb = 0x00010002,

    /// <summary>STATUS_SMB_BAD_TID: the tree connect is not known.</summary>
    SmbBadTid = 0x00050002,

    /// <summary>STATUS_SMB_BAD_FID: the file handle is not known.</summary>
    SmbBadFid = 0x00060001,

    /// <summary>STATUS_OS2_INVALID_LEVEL: the information level is not known.</summary>
    Os2InvalidLevel = 0x007C0001,

    /// <summary>STATUS_SMB_BAD_COMMAND: the command is not known.</summary>
    SmbBadCommand = 0x00160002,

    /// <summary>STATUS_SMB_BAD_UID: the user id is not known.</summary>
    SmbBadUid = 0x005B0002,

    /// <summary>STATUS_SMB_USE_STANDARD: use standard reads and writes.</summary>
    SmbUseStandard = 0x00FB0002,

    /// <summary>STATUS_SMB_NO_SUPPORT: the server does not support the request.</summary>
    SmbNoSupport = 0xFFFF0002,

    /// <summary>STATUS_BUFFER_OVERFLOW: the answer is valid but cut short.</summary>
    BufferOverflow = 0x80000005,

    /// <summary>STATUS_NO_MORE_FILES: the listing is at its end.</summary>
    NoMoreFiles = 0x80000006,

    /// <summary>STATUS_STOPPED_ON_SYMLINK: the path crosses a symbolic link that the client must resolve.</summary>
    StoppedOnSymlink = 0x8000002D,

    /// <summary>STATUS_UNSUCCESSFUL: the operation failed for no stated reason.</summary>
    Unsuccessful = 0xC0000001,

    /// <summary>STATUS_NOT_IMPLEMENTED: the server does not implement the request.</summary>
    NotImplemented = 0xC0000002,

    /// <summary>STATUS_INVALID_INFO_CLASS: the information class is not valid for this object.</summary>
    InvalidInfoClass = 0xC0000003,

    /// <summary>STATUS_INFO_LENGTH_MISMATCH: a buffer does not fit the information class.</summary>
    InfoLengthMismatch = 0xC0000004,

    /// <summary>STATUS_INVALID_HANDLE: the handle is not valid.</summary>
    InvalidHandle = 0xC0000008,

    /// <summary>STATUS_INVALID_PARAMETER: a field of the request is not valid.</summary>
    InvalidParameter = 0xC000000D,

    /// <summary>STATUS_NO_SUCH_DEVICE: the device does not exist.</summary>
    NoSuchDevice = 0xC000000E,

    /// <summary>STATUS_NO_SUCH_FILE: no file matches.</summary>
    NoSuchFile = 0xC000000F,

    /// <summary>STATUS_INVALID_DEVICE_REQUEST: the request is not valid for this device.</summary>
    InvalidDeviceRequest = 0xC0000010,

    /// <summary>STATUS_END_OF_FILE: the offset is at or past the end of the file.</summary>
    EndOfFile = 0xC0000011,

    /// <summary>STATUS_NO_MEDIA_IN_DEVICE: there is no disk in the drive.</summary>
    NoMediaInDevice = 0xC0000013,

    /// <summary>STATUS_MORE_PROCESSING_REQUIRED: the authentication needs another leg.</summary>
    MoreProcessingRequired = 0xC0000016,

    /// <summary>STATUS_NO_MEMORY: the server is out of memory.</summary>
    NoMemory = 0xC0000017,

    /// <summary>STATUS_INVALID_VIEW_SIZE: a range to copy is not all in the file.</summary>
    InvalidViewSize = 0xC000001F,

    /// <summary>STATUS_ACCESS_DENIED: the user has no right to do this.</summary>
    AccessDenied = 0xC0000022,

    /// <summary>STATUS_BUFFER_TOO_SMALL: the answer does not fit.</summary>
    BufferTooSmall = 0xC0000023,

    /// <summary>STATUS_OBJECT_NAME_INVALID: the name is not a valid file name.</summary>
    ObjectNameInvalid = 0xC0000033,

    /// <summary>STATUS_OBJECT_NAME_NOT_FOUND: the file does not exist.</summary>
    ObjectNameNotFound = 0xC0000034,

    /// <summary>STATUS_OBJECT_NAME_COLLISION: a file of that name exists already.</summary>
    ObjectNameCollision = 0xC0000035,

    /// <summary>STATUS_OBJECT_PATH_INVALID: a part of the path is not a directory.</summary>
    ObjectPathInvalid = 0xC0000039,

    /// <summary>STATUS_OBJECT_PATH_NOT_FOUND: a directory of the path does not exist.</summary>
    ObjectPathNotFound = 0xC000003A,

    /// <summary>STATUS_OBJECT_PATH_SYNTAX_BAD: the path is not well formed.</summary>
    ObjectPathSyntaxBad = 0xC000003B,

    /// <summary>STATUS_SHARING_VIOLATION: someone else has the file open in a way that excludes this.</summary>
    SharingViolation = 0xC0000043,

    /// <summary>STATUS_EAS_NOT_SUPPORTED: the file system has no extended attributes.</summary>
    EasNotSupported = 0xC000004F,

    /// <summary>STATUS_NO_EAS_ON_FILE: the file has no extended attributes.</summary>
    NoEasOnFile = 0xC0000052,

    /// <summary>STATUS_FILE_LOCK_CONFLICT: a byte range is locked by someone else.</summary>
    FileLockConflict = 0xC0000054,

    /// <summary>STATUS_LOCK_NOT_GRANTED: the lock could not be had.</summary>
    LockNotGranted = 0xC0000055,

    /// <summary>STATUS_DELETE_PENDING: the file is about to go.</summary>
    DeletePending = 0xC0000056,

    /// <summary>STATUS_NO_LOGON_SERVERS: the server cannot reach its domain controller.</summary>
    NoLogonServers = 0xC000005E,

    /// <summary>STATUS_PRIVILEGE_NOT_HELD: the user lacks a privilege.</summary>
    PrivilegeNotHeld = 0xC0000061,

    /// <summary>STATUS_NO_SUCH_USER: the account does not exist.</summary>
    NoSuchUser = 0xC0000064,

    /// <summary>STATUS_WRONG_PASSWORD: the password is wrong.</summary>
    WrongPassword = 0xC000006A,

    /// <summary>STATUS_LOGON_FAILURE: the user name or the password is wrong.</summary>
    LogonFailure = 0xC000006D,

    /// <summary>STATUS_ACCOUNT_RESTRICTION: the account may not sign in this way.</summary>
    AccountRestriction = 0xC000006E,

    /// <summary>STATUS_INVALID_LOGON_HOURS: the account may not sign in at this time.</summary>
    InvalidLogonHours = 0xC000006F,

    /// <summary>STATUS_INVALID_WORKSTATION: the account may not sign in from this machine.</summary>
    InvalidWorkstation = 0xC0000070,

    /// <summary>STATUS_PASSWORD_EXPIRED: the password has expired.</summary>
    PasswordExpired = 0xC0000071,

    /// <summary>STATUS_ACCOUNT_DISABLED: the account is disabled.</summary>
    AccountDisabled = 0xC0000072,

    /// <summary>STATUS_RANGE_NOT_LOCKED: the byte range was not locked.</summary>
    RangeNotLocked = 0xC000007E,

    /// <summary>STATUS_DISK_FULL: no space is left.</summary>
    DiskFull = 0xC000007F,

    /// <summary>STATUS_INSUFFICIENT_RESOURCES: the server lacks a resource.</summary>
    InsufficientResources = 0xC000009A,

    /// <summary>STATUS_MEDIA_WRITE_PROTECTED: the medium is read-only.</summary>
    MediaWriteProtected = 0xC00000A2,

    /// <summary>STATUS_BAD_IMPERSONATION_LEVEL: the impersonation level is not valid.</summary>
    BadImpersonationLevel = 0xC00000A5,

    /// <summary>STATUS_INSTANCE_NOT_AVAILABLE: all instances of the pipe are busy.</summary>
    InstanceNotAvailable = 0xC00000AB,

    /// <summary>STATUS_INVALID_PIPE_STATE: the pipe is in the wrong state.</summary>
    InvalidPipeState = 0xC00000AD,

    /// <summary>STATUS_PIPE_BUSY: the pipe is busy.</summary>
    PipeBusy = 0xC00000AE,

    /// <summary>STATUS_PIPE_DISCONNECTED: the pipe is disconnected.</summary>
    PipeDisconnected = 0xC00000B0,

    /// <summary>STATUS_PIPE_CLOSING: the pipe is closing.</summary>
    PipeClosing = 0xC00000B1,

    /// <summary>STATUS_IO_TIMEOUT: the operation timed out at the server.</summary>
    IoTimeout = 0xC00000B5,

    /// <summary>STATUS_FILE_IS_A_DIRECTORY: the name is a directory where a file is wanted.</summary>
    FileIsADirectory = 0xC00000BA,

    /// <summary>STATUS_NOT_SUPPORTED: the server does not support the request.</summary>
    NotSupported = 0xC00000BB,

    /// <summary>STATUS_UNEXPECTED_NETWORK_ERROR: the network failed.</summary>
    UnexpectedNetworkError = 0xC00000C4,

    /// <summary>STATUS_NETWORK_NAME_DELETED: the share is gone.</summary>
    NetworkNameDeleted = 0xC00000C9,

    /// <summary>STATUS_NETWORK_ACCESS_DENIED: network access is denied.</summary>
    NetworkAccessDenied = 0xC00000CA,

    /// <summary>STATUS_BAD_DEVICE_TYPE: the share is of another type.</summary>
    BadDeviceType = 0xC00000CB,

    /// <summary>STATUS_BAD_NETWORK_NAME: there is no such share.</summary>
    BadNetworkName = 0xC00000CC,

    /// <summary>STATUS_TOO_MANY_SESSIONS: the server has no session left.</summary>
    TooManySessions = 0xC00000CE,

    /// <summary>STATUS_INTERNAL_ERROR: the server failed inside.</summary>
    InternalError = 0xC00000E5,

    /// <summary>STATUS_REQUEST_NOT_ACCEPTED: the server takes no more connections or sessions.</summary>
    RequestNotAccepted = 0xC00000D0,

    /// <summary>STATUS_NOT_SAME_DEVICE: source and target are on different volumes.</summary>
    NotSameDevice = 0xC00000D4,

    /// <summary>STATUS_PIPE_EMPTY: the pipe has no data.</summary>
    PipeEmpty = 0xC00000D9,

    /// <summary>STATUS_DIRECTORY_NOT_EMPTY: the directory has entries.</summary>
    DirectoryNotEmpty = 0xC0000101,

    /// <summary>STATUS_NOT_A_DIRECTORY: the name is a file where a directory is wanted.</summary>
    NotADirectory = 0xC0000103,

    /// <summary>STATUS_NAME_TOO_LONG: the name is longer than the server allows.</summary>
    NameTooLong = 0xC0000106,

    /// <summary>STATUS_TOO_MANY_OPENED_FILES: the server has no file handle left.</summary>
    TooManyOpenedFiles = 0xC000011F,

    /// <summary>STATUS_CANCELLED: the operation was cancelled.</summary>
    Cancelled = 0xC0000120,

    /// <summary>STATUS_CANNOT_DELETE: the file cannot be deleted.</summary>
    CannotDelete = 0xC0000121,

    /// <summary>STATUS_FILE_DELETED: the file was deleted while open.</summary>
    FileDeleted = 0xC0000123,

    /// <summary>STATUS_FILE_CLOSED: the handle was closed.</summary>
    FileClosed = 0xC0000128,

    /// <summary>STATUS_TIME_DIFFERENCE_AT_DC: the clocks differ too much.</summary>
    TimeDifferenceAtDc = 0xC0000133,

    /// <summary>STATUS_INVALID_LEVEL: the information level is not known.</summary>
    InvalidLevel = 0xC0000148,

    /// <summary>STATUS_LOGON_TYPE_NOT_GRANTED: the account may not sign in over the network.</summary>
    LogonTypeNotGranted = 0xC000015B,

    /// <summary>STATUS_TRUSTED_RELATIONSHIP_FAILURE: the server's trust with its domain is broken.</summary>
    TrustedRelationshipFailure = 0xC000018D,

    /// <summary>STATUS_NETLOGON_NOT_STARTED: the server's logon service is down.</summary>
    NetlogonNotStarted = 0xC0000192,

    /// <summary>STATUS_ACCOUNT_EXPIRED: the account has expired.</summary>
    AccountExpired = 0xC0000193,

    /// <summary>STATUS_NETWORK_CREDENTIAL_CONFLICT: other credentials are in use towards this server.</summary>
    NetworkCredentialConflict = 0xC0000195,

    /// <summary>STATUS_INVALID_LOCK_RANGE: the byte range ends beyond the largest offset.</summary>
    InvalidLockRange = 0xC00001A1,

    /// <summary>STATUS_USER_SESSION_DELETED: the session is gone.</summary>
    UserSessionDeleted = 0xC0000203,

    /// <summary>STATUS_INSUFF_SERVER_RESOURCES: the server is short of resources.</summary>
    InsuffServerResources = 0xC0000205,

    /// <summary>STATUS_PASSWORD_MUST_CHANGE: the password must be changed before signing in.</summary>
    PasswordMustChange = 0xC0000224,

    /// <summary>STATUS_NOT_FOUND: what was asked for does not exist.</summary>
    NotFound = 0xC0000225,

    /// <summary>STATUS_ACCOUNT_LOCKED_OUT: the account is locked.</summary>
    AccountLockedOut = 0xC0000234,

    /// <summary>STATUS_PATH_NOT_COVERED: the path is elsewhere in the distributed file system.</summary>
    PathNotCovered = 0xC0000257,

    /// <summary>STATUS_NETWORK_SESSION_EXPIRED: the session must authenticate again.</summary>
    NetworkSessionExpired = 0xC000035C,

    /// <summary>STATUS_AUTHENTICATION_FIREWALL_FAILED: a policy forbids this account on this server.</summary>
    AuthenticationFirewallFailed = 0xC0000413,

    /// <summary>STATUS_NTLM_BLOCKED: NTLM is disabled by policy.</summary>
    NtlmBlocked = 0xC0000418,

    /// <summary>STATUS_REQUEST_OUT_OF_SEQUENCE: the request came when it makes no sense.</summary>
    RequestOutOfSequence = 0xC000042A,

    /// <summary>STATUS_SERVER_UNAVAILABLE: the file server is unavailable at the moment.</summary>
    ServerUnavailable = 0xC0000466,

    /// <summary>STATUS_FILE_NOT_AVAILABLE: the file is unavailable at the moment.</summary>
    FileNotAvailable = 0xC0000467,

    /// <summary>STATUS_SHARE_UNAVAILABLE: the share is unavailable at the moment.</summary>
    ShareUnavailable = 0xC0000480,

    /// <summary>STATUS_INVALID_SIGNATURE: a message was signed wrongly.</summary>
    InvalidSignature = 0xC000A000,

    /// <summary>STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP: the sides share no hash for the negotiation.</summary>
    SmbNoPreauthIntegrityHashOverlap = 0xC05D0000,

    /// <summary>STATUS_SMB_BAD_CLUSTER_DIALECT: the cluster share wants another dialect.</summary>
    SmbBadClusterDialect = 0xC05D0001,
}
