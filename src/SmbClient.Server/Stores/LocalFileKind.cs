using System;
using System.Formats.Tar;
using System.IO;

namespace SmbClient.Server.Stores;

/// <summary>Tells files from pipes, sockets and devices, before they are opened: opening a pipe that nobody writes to would not return.</summary>
internal static class LocalFileKind
{
    /// <summary>
    /// True for a file. Of all managed code only the tar writer tells kinds apart; what it is asked about is empty, since pipes and devices
    /// have no length and files with one need no question, so that it writes one header and reads nothing.
    /// </summary>
    public static bool IsRegular(string path)
    {
        if (OperatingSystem.IsWindows() || new FileInfo(path).Length > 0)
        {
            return true;
        }

        using var header = new MemoryStream();
        using (var writer = new TarWriter(header, TarEntryFormat.Pax, leaveOpen: true))
        {
            try
            {
                writer.WriteEntry(path, "file");
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                return false;       // a socket, which archives cannot hold
            }
        }

        header.Position = 0;
        using var reader = new TarReader(header);
        return reader.GetNextEntry()?.EntryType is TarEntryType.RegularFile or TarEntryType.HardLink;
    }
}
