using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient;

namespace QuickStart;

/// <summary>One way to talk to the server.</summary>
internal sealed record Scenario(string Name, SmbDialect Dialect, bool Sealed)
{
    public const string All = "all";

    private static readonly (string Name, SmbDialect Dialect)[] Dialects =
    [
        ("NT1", SmbDialect.NtLm012),
        ("2.0.2", SmbDialect.Smb202),
        ("2.1", SmbDialect.Smb210),
        ("3.0", SmbDialect.Smb300),
        ("3.0.2", SmbDialect.Smb302),
        ("3.1.1", SmbDialect.Smb311),
    ];

    /// <summary>The scenarios that the command line asks for; throws <see cref="FormatException"/> with a sentence for the user.</summary>
    public static IReadOnlyList<Scenario> Select(string dialect, string protection)
    {
        if (protection is not ("signed" or "sealed" or All))
        {
            throw new FormatException("--protection is signed, sealed or all.");
        }

        Scenario[] scenarios =
        [
            .. from d in Dialects
               where dialect is All || string.Equals(d.Name, dialect, StringComparison.OrdinalIgnoreCase)
               from isSealed in new[] { false, true }
               where protection is All || isSealed == (protection == "sealed")
               where !isSealed || d.Dialect >= SmbDialect.Smb300
               select new Scenario(d.Name, d.Dialect, isSealed),
        ];
        return scenarios.Length > 0
            ? scenarios
            : throw new FormatException($"--dialect {dialect} with --protection {protection} leaves nothing to show: dialects are {string.Join(", ", Dialects.Select(d => d.Name))} and all; those before 3.0 cannot be sealed.");
    }

    /// <summary>The options of a connection that speaks just so.</summary>
    public SmbConnectionOptions Apply(SmbConnectionOptions options) => options with
    {
        MinDialect = Dialect == SmbDialect.NtLm012 ? SmbDialect.Smb202 : Dialect,
        MaxDialect = Dialect,
        AllowSmb1 = Dialect == SmbDialect.NtLm012,
        Encryption = Sealed ? SmbEncryptionPolicy.Required : SmbEncryptionPolicy.IfServerRequires,
    };
}
