using System;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

public class InitiatorPrincipalTests
{
    [Theory]
    [InlineData("alice@lab.test", "alice@LAB.TEST")]
    [InlineData("Alice@LAB.TEST", "Alice@LAB.TEST")]
    [InlineData(@"lab.test\alice", "alice@LAB.TEST")]
    [InlineData(@"LAB\alice", "alice@LAB.TEST")]
    [InlineData(@"lab\alice", "alice@LAB.TEST")]
    [InlineData("alice", "alice@LAB.TEST")]
    public void Users_are_found_in_their_realms(string user, string principal)
    {
        Assert.Equal(principal, InitiatorPrincipal.Of(GssCredential.Password(user, "p"), () => "LAB.TEST", out _));
    }

    [Theory]
    [InlineData(@".\alice", "LAB.TEST", "the server's own")]
    [InlineData(@"SERVER\alice", "LAB.TEST", "the domain SERVER is not known")]
    [InlineData("alice", null, "in no realm")]
    [InlineData(@"LAB\alice", null, "in no realm")]
    public void Accounts_that_no_realm_knows_are_not_asked_for(string user, string? defaultRealm, string why)
    {
        Assert.Null(InitiatorPrincipal.Of(GssCredential.Password(user, "p"), () => defaultRealm, out string reason));
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice@lab.test", true)]
    [InlineData(@"LAB\alice", true)]
    [InlineData("alice", false)]
    public void Who_names_a_realm_has_its_last_word(string user, bool names)
    {
        Assert.Equal(names, InitiatorPrincipal.NamesRealm(GssCredential.Password(user, "p")));
    }
}
