using System;
using System.Linq;
using System.Reflection;
using System.Runtime.Versioning;
using NetArchTest.Rules;
using Xunit;

namespace SmbClient.Tests;

/// <summary>Who may know whom. An arrow that is not drawn is an error.</summary>
public class ArchitectureTests
{
    private static readonly Assembly Library = typeof(SmbConnection).Assembly;

    [Theory]
    [InlineData("SmbClient.Wire", "SmbClient.Authentication", "SmbClient.Gss", "SmbClient.Crypto", "SmbClient.Protection", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections", "SmbClient.Transports", "SmbClient.Diagnostics")]
    [InlineData("SmbClient.Crypto", "SmbClient.Authentication", "SmbClient.Gss", "SmbClient.Wire", "SmbClient.Protection", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections", "SmbClient.Transports")]
    [InlineData("SmbClient.Protection", "SmbClient.Authentication", "SmbClient.Gss", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections", "SmbClient.Transports")]
    [InlineData("SmbClient.Gss", "SmbClient.Authentication", "SmbClient.Protection", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections", "SmbClient.Transports")]
    [InlineData("SmbClient.Transports", "SmbClient.Authentication", "SmbClient.Gss", "SmbClient.Protection", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections")]
    [InlineData("SmbClient.Exchange", "SmbClient.Authentication", "SmbClient.Gss", "SmbClient.Dialects", "SmbClient.Connections")]
    [InlineData("SmbClient.Diagnostics", "SmbClient.Authentication", "SmbClient.Gss", "SmbClient.Wire", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections", "SmbClient.Transports")]
    [InlineData("SmbClient.Dialects", "SmbClient.Authentication")]
    [InlineData("SmbClient.Connections", "SmbClient.Authentication")]
    [InlineData("SmbClient.Authentication", "SmbClient.Protection", "SmbClient.Exchange", "SmbClient.Dialects", "SmbClient.Connections", "SmbClient.Transports", "SmbClient.Wire.Smb1", "SmbClient.Wire.Smb2", "SmbClient.Wire.NetBios")]
    public void Arrows_point_one_way(string layer, params string[] unknown) =>
        Pass(Types.InAssembly(Library).That().ResideInNamespace(layer).ShouldNot().HaveDependencyOnAny(unknown));

    [Theory]
    [InlineData("SmbClient.Wire")]
    [InlineData("SmbClient.Protection")]
    [InlineData("SmbClient.Gss")]
    [InlineData("SmbClient.Crypto")]
    [InlineData("SmbClient.Authentication")]
    public void What_can_decide_without_a_socket_has_none(string layer) =>
        Pass(Types.InAssembly(Library).That().ResideInNamespace(layer).ShouldNot().HaveDependencyOnAny("System.Net.Sockets", "System.Threading.Channels"));

    [Fact]
    public void Only_SMB1_and_the_negotiator_know_SMB1()
    {
        string[] outsiders = [.. Types.InAssembly(Library).That().HaveDependencyOnAny("SmbClient.Dialects.Smb1", "SmbClient.Exchange.Smb1", "SmbClient.Wire.Smb1").GetTypes()
            .Select(t => t.FullName!)
            .Where(n => !n.Contains(".Smb1", StringComparison.Ordinal) && !n.Contains(".Negotiator", StringComparison.Ordinal))];

        Assert.Empty(outsiders);
    }

    [Fact]
    public void Nothing_is_called_a_manager_or_a_helper() =>
        Assert.DoesNotContain(Library.GetTypes().Where(t => t.Namespace?.StartsWith("SmbClient", StringComparison.Ordinal) == true), t => t.Name.EndsWith("Manager", StringComparison.Ordinal) || t.Name.EndsWith("Helper", StringComparison.Ordinal) || t.Name.EndsWith("Util", StringComparison.Ordinal));

    [Fact]
    public void The_build_under_test_is_the_one_that_this_project_is_for()
    {
        string framework = Library.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName;

#if SMBCLIENT_NETSTANDARD
        Assert.Equal(".NETStandard,Version=v2.0", framework);
#else
        Assert.Equal(".NETCoreApp,Version=v10.0", framework);
#endif
    }

    private static void Pass(ConditionList rule)
    {
        NetArchTest.Rules.TestResult result = rule.GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
