using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server;

namespace SmbClient.Tests.Server.Stores;

/// <summary>A folder to share, <c>inside</c>, beside a secret that is not to be shared, in <c>outside</c>.</summary>
internal sealed class FolderFixture : IDisposable
{
    private readonly string _base;

    public FolderFixture()
    {
        _base = Directory.CreateTempSubdirectory("smbclient-").FullName;
        Inside = Directory.CreateDirectory(Path.Join(_base, "inside")).FullName;
        Outside = Directory.CreateDirectory(Path.Join(_base, "outside")).FullName;
        Directory.CreateDirectory(Path.Join(_base, "inside-too"));
        File.WriteAllText(Path.Join(Outside, "secret"), "secret");
        File.WriteAllText(Path.Join(_base, "inside-too", "secret"), "secret");
        Store = new FolderFileStore(Inside);
    }

    public FolderFileStore Store { get; }

    public string Inside { get; }

    public string Outside { get; }

    public string Local(string path) => Path.Join(Inside, path);

    public void MakeFile(string path, string content = "content") => File.WriteAllText(Local(path), content);

    public void MakeDirectory(string path) => Directory.CreateDirectory(Local(path));

    public void Link(string path, string target) => File.CreateSymbolicLink(Local(path), target.Replace("{outside}", Outside, StringComparison.Ordinal).Replace("{inside}", Inside, StringComparison.Ordinal));

    public void Protect(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Local(path), mode);
        }
    }

    public ValueTask<SmbStoreResult> Open(string path, bool forWriting = false) => Store.OpenAsync(path, forWriting, CancellationToken.None);

    public ValueTask<SmbStoreResult> Create(string path, bool isDirectory = false) => Store.CreateAsync(path, isDirectory, FileAttributes.Normal, CancellationToken.None);

    public void Dispose() => Directory.Delete(_base, recursive: true);
}
