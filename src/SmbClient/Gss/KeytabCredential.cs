using System;

namespace SmbClient.Gss;

/// <summary>A principal whose keys are in a file, which the library reads.</summary>
internal sealed class KeytabCredential : GssCredential
{
    public KeytabCredential(string principal, string path)
        : base(principal, "")
    {
        Path = path;
    }

    /// <summary>The keytab file.</summary>
    public string Path { get; }

    protected override bool SecretMatches(GssCredential other) => string.Equals(Path, ((KeytabCredential)other).Path, StringComparison.Ordinal);
}
