using System;

namespace SmbClient.KerberosNet;

/// <summary>KerberosTime has whole seconds, the rest is a number of its own ([RFC4120] 5.2.3). Kerberos.NET takes ticks for that rest.</summary>
internal static class KerberosTime
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    public static DateTimeOffset Seconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    public static int Microseconds(DateTimeOffset time) => (int)(time.UtcTicks % TimeSpan.TicksPerSecond / TicksPerMicrosecond);

    public static DateTimeOffset Join(DateTimeOffset seconds, int microseconds) => seconds.AddTicks(microseconds * TicksPerMicrosecond);
}
