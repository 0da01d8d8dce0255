namespace SmbClient;

/// <summary>What became of a file or directory that is watched, with the values of [MS-FSCC] 2.7.1.</summary>
public enum SmbDirectoryChangeKind
{
    /// <summary>There were more changes than the server could keep: list the directory again. No path.</summary>
    Overflow = 0,

    /// <summary>It was created, or moved here.</summary>
    Added = 1,

    /// <summary>It was deleted, or moved away.</summary>
    Removed = 2,

    /// <summary>Its content or what is known of it changed.</summary>
    Modified = 3,

    /// <summary>It had this name until now; the new one follows.</summary>
    RenamedFrom = 4,

    /// <summary>It has this name now.</summary>
    RenamedTo = 5,

    /// <summary>A named stream was added.</summary>
    StreamAdded = 6,

    /// <summary>A named stream was removed.</summary>
    StreamRemoved = 7,

    /// <summary>A named stream changed.</summary>
    StreamModified = 8,
}
