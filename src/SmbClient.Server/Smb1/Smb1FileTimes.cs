using System;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>DOS dates and times to and from those of NT.</summary>
internal static class Smb1FileTimes
{
    public static FileTimes Of(SmbStoreEntry entry) => Of(entry.CreationTime, entry.LastAccessTime, entry.LastWriteTime);

    public static FileTimes Of(in DirectoryEntry entry) => Of(Time(entry.CreationTime), Time(entry.LastAccessTime), Time(entry.LastWriteTime));

    /// <summary>As a change; what is 0 stays.</summary>
    public static FileBasicInformation ToBasic(in FileTimes times) => new()
    {
        CreationTime = Ticks(times.CreationDate, times.CreationTime),
        LastAccessTime = Ticks(times.LastAccessDate, times.LastAccessTime),
        LastWriteTime = Ticks(times.LastWriteDate, times.LastWriteTime),
    };

    private static FileTimes Of(DateTimeOffset created, DateTimeOffset accessed, DateTimeOffset written) => new()
    {
        CreationDate = Smb1Time.ToDate(created),
        CreationTime = Smb1Time.ToTime(created),
        LastAccessDate = Smb1Time.ToDate(accessed),
        LastAccessTime = Smb1Time.ToTime(accessed),
        LastWriteDate = Smb1Time.ToDate(written),
        LastWriteTime = Smb1Time.ToTime(written),
    };

    private static DateTimeOffset Time(long fileTime) => FileTime.ToDateTimeOffset(fileTime) ?? DateTimeOffset.UnixEpoch;

    private static long Ticks(ushort date, ushort time) => Smb1Time.FromDateAndTime(date, time) is { } known ? FileTime.FromDateTimeOffset(known) : 0;
}
