using System;
using System.IO;
using System.Security.Cryptography;

namespace SmbClient.Benchmarks;

/// <summary>A local file of random octets, the source of writes.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch(long length)
    {
        Length = length;
        Path = System.IO.Path.GetTempFileName();
        byte[] block = new byte[1024 * 1024];
        using FileStream stream = File.Create(Path);
        for (long left = length; left > 0; left -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            stream.Write(block, 0, (int)Math.Min(left, block.Length));
        }
    }

    public string Path { get; }

    public long Length { get; }

    public void Dispose() => File.Delete(Path);
}
