using System;
using System.Buffers;

namespace SmbClient.Server.Files;

/// <summary>A name that a client gave, checked and taken apart: nothing that could lead out of the share, or that a store cannot keep, gets through.</summary>
/// <param name="Path">Below the share, without backslash at either end; empty for its root.</param>
/// <param name="IsDirectory">It ended with a backslash, so that only a directory can be meant.</param>
/// <param name="IsData">It ended with <c>::$DATA</c>, so that only a file can be meant.</param>
internal readonly record struct StorePath(string Path, bool IsDirectory, bool IsData)
{
    private const int MaxNameLength = 255;
    private const int MaxLength = 16 * 1024;
    private const string DataStream = "::$DATA";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        "\"*/:<>?|\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F");

    /// <summary>The directory above; empty for the root and for what is in it.</summary>
    public static string Parent(string path)
    {
        int slash = path.LastIndexOf('\\');
        return slash < 0 ? "" : path.Substring(0, slash);
    }

    /// <summary>Whether one path is below another one.</summary>
    public static bool IsBelow(string path, string directory) =>
        directory.Length == 0
            ? path.Length > 0
            : path.Length > directory.Length && path[directory.Length] == '\\' && path.StartsWith(directory, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks a name, [MS-FSCC] 2.1.5 and [MS-SMB2] 3.3.5.9.</summary>
    public static NtStatus Parse(string name, out StorePath parsed)
    {
        parsed = default;
        if (name.Length == 0)
        {
            parsed = new StorePath("", IsDirectory: false, IsData: false);
            return NtStatus.Success;
        }

        if (name[0] == '\\')
        {
            return NtStatus.InvalidParameter;
        }

        if (name.Length > MaxLength)
        {
            return NtStatus.NameTooLong;
        }

        bool isData = name.EndsWith(DataStream, StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<char> rest = isData ? name.AsSpan(0, name.Length - DataStream.Length) : name;
        bool isDirectory = !isData && rest[^1] == '\\';
        rest = isDirectory ? rest.Slice(0, rest.Length - 1) : rest;
        foreach (Range range in rest.Split('\\'))
        {
            NtStatus status = Check(rest[range]);
            if (status != NtStatus.Success)
            {
                return status;
            }
        }

        parsed = new StorePath(rest.Length == name.Length ? name : rest.ToString(), isDirectory, isData);
        return NtStatus.Success;
    }

    private static NtStatus Check(ReadOnlySpan<char> component)
    {
        if (component.Length > MaxNameLength || component.IsEmpty || component.ContainsAny(Forbidden))
        {
            return NtStatus.ObjectNameInvalid;
        }

        return component is "." or ".." ? NtStatus.ObjectPathSyntaxBad : NtStatus.Success;
    }
}
