namespace SmbClient.Wire.Smb1;

/// <summary>Command codes, [MS-CIFS] 2.2.2.1.</summary>
internal enum Smb1Command : byte
{
    CreateDirectory = 0x00,
    DeleteDirectory = 0x01,
    Close = 0x04,
    Flush = 0x05,
    Delete = 0x06,
    Rename = 0x07,
    CheckDirectory = 0x10,
    LockingAndX = 0x24,
    Transaction = 0x25,
    TransactionSecondary = 0x26,
    Echo = 0x2B,
    ReadAndX = 0x2E,
    WriteAndX = 0x2F,
    Transaction2 = 0x32,
    Transaction2Secondary = 0x33,
    FindClose2 = 0x34,
    TreeDisconnect = 0x71,
    Negotiate = 0x72,
    SessionSetupAndX = 0x73,
    LogoffAndX = 0x74,
    TreeConnectAndX = 0x75,
    NtTransact = 0xA0,
    NtTransactSecondary = 0xA1,
    NtCreateAndX = 0xA2,
    NtCancel = 0xA4,
    NtRename = 0xA5,
    NoAndX = 0xFF,
}
