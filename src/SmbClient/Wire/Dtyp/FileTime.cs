using System;

namespace SmbClient.Wire.Dtyp;

/// <summary>FILETIME, [MS-DTYP] 2.3.3: 100 ns ticks since 1601-01-01 UTC, 0 for unknown.</summary>
internal static class FileTime
{
    private static readonly long Epoch = new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>The time, or null where the server says none or one that no calendar has.</summary>
    public static DateTimeOffset? ToDateTimeOffset(long fileTime) =>
        fileTime <= 0 || fileTime > DateTime.MaxValue.Ticks - Epoch ? null : new DateTimeOffset(Epoch + fileTime, TimeSpan.Zero);

    /// <summary>The ticks; times before 1601 become the first tick, since 0 means unknown.</summary>
    public static long FromDateTimeOffset(DateTimeOffset time) => Math.Max(time.UtcTicks - Epoch, 1);
}
