namespace SmbClient.Benchmarks;

/// <summary>The server that all clients of a comparison use.</summary>
internal sealed record Target(string Host, int Port, string User, string Password)
{
    /// <summary>The share that is written to.</summary>
    public const string Share = "share";

    /// <summary>The share with ten thousand files.</summary>
    public const string LargeDirectory = "many";

    /// <summary>The file of the sequential transfers.</summary>
    public const string FileName = "benchmark.bin";

    public override string ToString() => $"{Host}:{Port}";
}
