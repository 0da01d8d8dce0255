using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SmbClient.Tests.Vectors;

/// <summary>Published and captured values: <c>name = hex</c>, long ones on indented lines, # for comments.</summary>
internal sealed class VectorFile
{
    private readonly Dictionary<string, string> _values = [];

    private VectorFile(string name)
    {
        using StreamReader reader = new(typeof(VectorFile).Assembly.GetManifestResourceStream(name)!);
        string current = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                _values[current] += line.Trim();
            }
            else if (!line.StartsWith('#') && line.LastIndexOf(" =", StringComparison.Ordinal) is > 0 and int at)
            {
                current = line[..at];
                _values[current] = line[(at + 2)..].Trim();
            }
        }
    }

    public static VectorFile Smb1 { get; } = new("smb1-frames.txt");

    public static VectorFile Smb2Protection { get; } = new("smb2-protection.txt");

    public static VectorFile Smb2 { get; } = new("smb2-frames.txt");

    public static VectorFile Kerberos { get; } = new("kerberos.txt");

    public static VectorFile Ntlm { get; } = new("ntlm.txt");

    public static VectorFile Pac { get; } = new("pac.txt");

    public IEnumerable<string> Names => _values.Keys;

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The octets under the one name that begins so.</summary>
    public byte[] this[string name] =>
        Convert.FromHexString(_values.TryGetValue(name, out string? exact) ? exact : _values.Single(v => v.Key.StartsWith(name, StringComparison.Ordinal)).Value);
}
