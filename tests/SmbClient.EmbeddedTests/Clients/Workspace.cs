using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>A folder of this machine from which and into which a client copies.</summary>
internal sealed class Workspace : IDisposable
{
    private const int MiB = 1024 * 1024;

    public Workspace() => Folder = Directory.CreateTempSubdirectory("smbclient-client-").FullName;

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A file of several megabytes that ends within a block, with its content.</summary>
    public byte[] CreateLarge(string name) => Create(name, 3 * MiB + 12_345);

    /// <summary>A file with random content.</summary>
    public byte[] Create(string name, int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), content);
        return content;
    }

    /// <summary>A tree with what trees have: depth, an empty file, a name beyond ASCII, a file of more than one request.</summary>
    public void CreateTree(string name)
    {
        Create($"{name}/first.bin", 70_001);
        Create($"{name}/empty.bin", 0);
        Create($"{name}/below/second.bin", 1);
        Create($"{name}/below/deeper/third.bin", 1_300_000);
        Create($"{name}/below/žluťoučký kůň.txt", 77);
    }

    /// <summary>Both folders hold the same files with the same octets.</summary>
    public static void AssertSameTree(string expected, string actual)
    {
        string[] names = Names(expected);
        Assert.Equal(names, Names(actual));
        foreach (string name in names)
        {
            AssertSameFile(Path.Combine(expected, name), Path.Combine(actual, name));
        }
    }

    /// <summary>Both files hold the same octets.</summary>
    public static void AssertSameFile(string expected, string actual) => Octets.AssertSame(File.ReadAllBytes(expected), File.ReadAllBytes(actual));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string[] Names(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
}
