namespace SmbClient.Benchmarks;

/// <summary>The server that both clients use.</summary>
internal sealed record Target(string Host, int Port, string Share, string User, string Password)
{
    /// <summary>The file that is written and read.</summary>
    public const string FileName = "benchmark.bin";

    public override string ToString() => $@"\\{Host}:{Port}\{Share}";
}
