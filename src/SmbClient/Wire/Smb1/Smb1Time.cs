using System;

namespace SmbClient.Wire.Smb1;

/// <summary>The times of the oldest commands: UTIME, SMB_DATE and SMB_TIME, [MS-CIFS] 2.2.1.4. They are in the server's time zone, for which a server of ours says UTC.</summary>
internal static class Smb1Time
{
    private const int FirstYear = 1980;
    private const uint Unknown = 0xFFFFFFFF;

    /// <summary>Seconds since 1970; 0 for a time that has none.</summary>
    public static uint ToUtime(DateTimeOffset time)
    {
        long seconds = time.ToUnixTimeSeconds();
        return seconds is > 0 and < Unknown ? (uint)seconds : 0;
    }

    /// <summary>The time, or null where it is to stay as it is.</summary>
    public static DateTimeOffset? FromUtime(uint seconds) => seconds is 0 or Unknown ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);

    /// <summary>SMB_DATE; 0 before 1980.</summary>
    public static ushort ToDate(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        return utc.Year is < FirstYear or > FirstYear + 127 ? (ushort)0 : (ushort)(((utc.Year - FirstYear) << 9) | (utc.Month << 5) | utc.Day);
    }

    /// <summary>SMB_TIME, to two seconds.</summary>
    public static ushort ToTime(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        return (ushort)((utc.Hour << 11) | (utc.Minute << 5) | (utc.Second / 2));
    }

    /// <summary>The time, or null where both are 0 or no calendar has it.</summary>
    public static DateTimeOffset? FromDateAndTime(ushort date, ushort time)
    {
        int year = FirstYear + (date >> 9);
        int month = (date >> 5) & 0xF;
        int day = date & 0x1F;
        int hour = time >> 11;
        int minute = (time >> 5) & 0x3F;
        int second = (time & 0x1F) * 2;
        bool exists = month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60;
        return exists ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero) : null;
    }
}
