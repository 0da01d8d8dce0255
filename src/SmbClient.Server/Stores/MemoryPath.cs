namespace SmbClient.Server.Stores;

/// <summary>The two halves of a path with backslashes.</summary>
internal static class MemoryPath
{
    /// <summary>What is before the last name; empty for the root.</summary>
    public static string Parent(string path)
    {
        int slash = path.LastIndexOf('\\');
        return slash < 0 ? "" : path.Substring(0, slash);
    }

    /// <summary>The last name.</summary>
    public static string Name(string path) => path.Substring(path.LastIndexOf('\\') + 1);
}
