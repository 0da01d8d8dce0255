namespace SmbClient.Server.Stores;

/// <summary>What a path below a folder leads to.</summary>
internal enum FolderTarget
{
    /// <summary>Nothing, and there is room for it.</summary>
    Missing,

    File,

    Directory,

    /// <summary>A link that leads outside, nowhere, or in circles: nobody sees it, and nothing else can have its name.</summary>
    Unusable,
}
