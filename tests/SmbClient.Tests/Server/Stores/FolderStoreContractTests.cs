using System;
using System.IO;
using SmbClient.Server;

namespace SmbClient.Tests.Server.Stores;

/// <summary>The folder store keeps what stores promise.</summary>
public sealed class FolderStoreContractTests() : StoreContractTests(new FolderFileStore(Directory.CreateTempSubdirectory("smbclient-").FullName)), IDisposable
{
    public void Dispose() => Directory.Delete(((FolderFileStore)Store).Folder, recursive: true);
}
