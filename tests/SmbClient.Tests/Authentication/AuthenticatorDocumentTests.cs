using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using SmbClient.Authentication;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>docs/authenticator.md has every option, with the default that the code has.</summary>
public class AuthenticatorDocumentTests
{
    [Fact]
    public void The_table_of_options_is_whole_and_right()
    {
        Dictionary<string, string> documented = [];
        foreach (string[] cells in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "authenticator.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('|')))
        {
            foreach (string name in cells[1].Split(','))
            {
                documented[name.Trim().Trim('`')] = cells[2].Trim();
            }
        }

        SmbAuthenticatorOptions defaults = new();
        foreach (PropertyInfo property in typeof(SmbAuthenticatorOptions).GetProperties())
        {
            Assert.True(documented.TryGetValue(property.Name, out string? text), $"{property.Name} is not documented.");
            if (Format(property.GetValue(defaults)) is { } expected)
            {
                Assert.Equal(expected, text);
            }
        }
    }

    private static string? Format(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        TimeSpan { TotalMinutes: >= 1 } span => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes} min"),
        TimeSpan span => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds} s"),
        _ => null,
    };
}
