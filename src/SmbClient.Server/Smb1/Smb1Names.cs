using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Smb1;

/// <summary>Names, patterns and the attributes that a search is for, [MS-CIFS] 2.2.1.2.4 and 3.3.5.59.</summary>
internal static class Smb1Names
{
    private const string Everything = "*";
    private const string EverythingOfDos = "*.*";
    private const int RequiredShift = 8;
    private const FileAttributes Searched = FileAttributes.Hidden | FileAttributes.System | FileAttributes.Directory;
    private const FileAttributes Required = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Directory | FileAttributes.Archive;

    public static bool HasWildcards(string path) => path.AsSpan().ContainsAny("*?<>\"");

    public static string Join(string directory, string name) => directory.Length == 0 ? name : directory + @"\" + name;

    /// <summary>DOS says <c>*.*</c> for every name, those without a dot too.</summary>
    public static string PatternOf(string pattern) => pattern.Length == 0 || pattern == EverythingOfDos ? Everything : pattern;

    /// <summary>Hidden files, system files and directories are found where they are asked for; the high octet says what a file must be.</summary>
    public static bool IsWanted(FileAttributes attributes, ushort searchAttributes)
    {
        FileAttributes required = (FileAttributes)(searchAttributes >> RequiredShift) & Required;
        return (attributes & Searched & ~(FileAttributes)searchAttributes) == 0 && (attributes & required) == required;
    }

    public static List<DirectoryEntry> ReadEntries(ReadOnlyMemory<byte> output, FileInformationClass informationClass)
    {
        List<DirectoryEntry> entries = [];
        DirectoryEntryReader reader = new(output, Encoding.Unicode, informationClass);
        while (reader.TryReadNext(out DirectoryEntry entry))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
