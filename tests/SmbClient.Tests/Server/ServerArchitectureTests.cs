using System;
using System.Linq;
using System.Reflection;
using NetArchTest.Rules;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server;

/// <summary>Who may know whom in the server, and what it may know of the client.</summary>
public class ServerArchitectureTests
{
    private static readonly Assembly Library = typeof(SmbServer).Assembly;

    [Fact]
    public void The_server_knows_nothing_of_the_clients_state() =>
        Pass(Types.InAssembly(Library).ShouldNot().HaveDependencyOnAny("SmbClient.Dialects", "SmbClient.Exchange", "SmbClient.Connections"));

    [Theory]
    [InlineData("SmbClient.Server.Files")]
    [InlineData("SmbClient.Server.Stores")]
    [InlineData("SmbClient.Server.Pipes")]
    public void Files_know_neither_dialects_nor_connections(string layer) =>
        Pass(Types.InAssembly(Library).That().ResideInNamespace(layer)
            .ShouldNot().HaveDependencyOnAny("SmbClient.Server.Smb1", "SmbClient.Server.Smb2", "SmbClient.Server.Connections", "SmbClient.Transports", "SmbClient.Protection", "SmbClient.Gss"));

    [Fact]
    public void Stores_know_nothing_of_the_wire() =>
        Pass(Types.InAssembly(Library).That().ResideInNamespace("SmbClient.Server.Stores").ShouldNot().HaveDependencyOnAny("SmbClient.Wire", "SmbClient.Server.Files"));

    [Fact]
    public void Only_SMB1_and_the_choice_of_the_protocol_know_SMB1()
    {
        string[] outsiders = [.. Types.InAssembly(Library).That().HaveDependencyOnAny("SmbClient.Server.Smb1", "SmbClient.Wire.Smb1").GetTypes()
            .Select(t => t.FullName!)
            .Where(n => !n.Contains(".Smb1", StringComparison.Ordinal) && !n.Contains(".ProtocolChoice", StringComparison.Ordinal) && !n.Contains(".MultiProtocolNegotiation", StringComparison.Ordinal))];

        Assert.Empty(outsiders);
    }

    private static void Pass(ConditionList rule)
    {
        NetArchTest.Rules.TestResult result = rule.GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
