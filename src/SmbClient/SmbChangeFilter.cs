using System;

namespace SmbClient;

/// <summary>Which changes in a directory to hear of: the CompletionFilter of [MS-SMB2] 2.2.35.</summary>
[Flags]
public enum SmbChangeFilter
{
    /// <summary>A file was added, removed or renamed.</summary>
    FileName = 0x0001,

    /// <summary>A directory was added, removed or renamed.</summary>
    DirectoryName = 0x0002,

    /// <summary>Attributes changed.</summary>
    Attributes = 0x0004,

    /// <summary>A length changed.</summary>
    Size = 0x0008,

    /// <summary>Content was written.</summary>
    LastWrite = 0x0010,

    /// <summary>Content was read.</summary>
    LastAccess = 0x0020,

    /// <summary>A creation time was set.</summary>
    Creation = 0x0040,

    /// <summary>Extended attributes changed.</summary>
    ExtendedAttributes = 0x0080,

    /// <summary>A security descriptor changed.</summary>
    Security = 0x0100,

    /// <summary>What most watchers want: names, lengths and content.</summary>
    Default = FileName | DirectoryName | Size | LastWrite,
}
