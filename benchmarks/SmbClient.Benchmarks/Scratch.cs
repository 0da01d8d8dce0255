using System;
using System.IO;
using System.Security.Cryptography;

namespace SmbClient.Benchmarks;

/// <summary>A local file of random octets, the source of every write.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch(int mebibytes)
    {
        Path = System.IO.Path.GetTempFileName();
        byte[] block = new byte[1024 * 1024];
        using FileStream stream = File.Create(Path);
        for (int i = 0; i < mebibytes; i++)
        {
            RandomNumberGenerator.Fill(block);
            stream.Write(block);
        }
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
