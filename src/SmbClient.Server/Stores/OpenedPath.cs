using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace SmbClient.Server.Stores;

/// <summary>Asks the system where an open file is, whatever it was called when it was opened.</summary>
internal static class OpenedPath
{
    private const string Deleted = " (deleted)";

    private static readonly bool IsKnown = OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd");

    /// <summary>
    /// The path of the open file now; null where the system does not say. A deleted file has none: an empty text.
    /// </summary>
    /// <param name="handle">The file.</param>
    /// <param name="expected">Where it should be: tells a file that is deleted from one that is called so.</param>
    public static string? Of(SafeFileHandle handle, string expected)
    {
        if (!IsKnown)
        {
            return null;
        }

        string? path = TargetOf(handle);
        return path is null || path == expected || !path.EndsWith(Deleted, StringComparison.Ordinal) || LocalLinks.AttributesOf(path) is not null ? path : "";
    }

    private static string? TargetOf(SafeFileHandle handle)
    {
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget;
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }
}
