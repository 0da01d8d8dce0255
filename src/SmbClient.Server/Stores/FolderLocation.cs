namespace SmbClient.Server.Stores;

/// <summary>Where a path below a folder leads to.</summary>
/// <param name="Status">Why it leads nowhere; success also for a name that is missing in a directory that is there.</param>
/// <param name="Target">What is there.</param>
/// <param name="NamePath">The local path of the name: no link but perhaps the last one. What is deleted and renamed.</param>
/// <param name="RealPath">The local path of the file itself: no link at all. What is opened. Equal to <paramref name="NamePath"/> but for links.</param>
internal readonly record struct FolderLocation(NtStatus Status, FolderTarget Target, string NamePath, string RealPath)
{
    public static FolderLocation Refused(NtStatus status) => new(status, FolderTarget.Missing, "", "");
}
