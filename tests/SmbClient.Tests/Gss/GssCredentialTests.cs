using System;
using System.Linq;
using System.Reflection;
using System.Text;
using SmbClient.Gss;
using Xunit;

namespace SmbClient.Tests.Gss;

public class GssCredentialTests
{
    [Theory]
    [InlineData("alice", null, "alice", "")]
    [InlineData("alice", "LAB", "alice", "LAB")]
    [InlineData(@"LAB\alice", null, "alice", "LAB")]
    [InlineData(@".\alice", null, "alice", ".")]
    [InlineData("alice@lab.test", null, "alice@lab.test", "")]
    public void Names_are_taken_as_they_are_written(string name, string? domain, string user, string expectedDomain)
    {
        GssCredential credential = GssCredential.Password(name, "p", domain);
        Assert.Equal((user, expectedDomain), (credential.User, credential.Domain));
    }

    [Fact]
    public void Impossible_names_and_hashes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => GssCredential.Password("", "p"));
        Assert.Throws<ArgumentException>(() => GssCredential.Password(@"LAB\", "p"));
        Assert.Throws<ArgumentException>(() => GssCredential.Password(@"LAB\alice", "p", "OTHER"));
        Assert.Throws<ArgumentException>(() => GssCredential.NtHash("alice", new byte[15]));
    }

    [Fact]
    public void Only_the_same_kind_user_and_secret_match()
    {
        GssCredential credential = GssCredential.Password(@"LAB\alice", "secret");

        Assert.True(credential.Matches(GssCredential.Password(@"lab\ALICE", "secret")));
        Assert.False(credential.Matches(GssCredential.Password(@"LAB\alice", "Secret")));
        Assert.False(credential.Matches(GssCredential.Password(@"LAB\alice", "secret1")));
        Assert.False(credential.Matches(GssCredential.Password(@"LAB\bob", "secret")));
        Assert.False(credential.Matches(GssCredential.Password("alice", "secret")));
        Assert.False(credential.Matches(GssCredential.NtHash(@"LAB\alice", credential.CopyNtHash()!)));
        Assert.False(credential.Matches(GssCredential.Anonymous));
        Assert.True(GssCredential.NtHash("a", new byte[16]).Matches(GssCredential.NtHash("A", new byte[16])));
        Assert.False(GssCredential.NtHash("a", new byte[16]).Matches(GssCredential.NtHash("A", [.. new byte[15], 1])));
        Assert.True(GssCredential.Anonymous.Matches(GssCredential.Anonymous));
    }

    [Fact]
    public void Tickets_match_by_their_owner_and_their_cache()
    {
        GssCredential cache = new CredentialCacheCredential("FILE:/a", "alice@LAB.TEST", "");

        Assert.True(cache.Matches(new CredentialCacheCredential("FILE:/a", "alice@LAB.TEST", "")));
        Assert.False(cache.Matches(new CredentialCacheCredential("FILE:/b", "alice@LAB.TEST", "")));
        Assert.False(cache.Matches(new CredentialCacheCredential(null, "alice@LAB.TEST", "")));
        Assert.False(cache.Matches(new CredentialCacheCredential("FILE:/a", "bob@LAB.TEST", "")));
        Assert.True(GssCredential.Keytab("alice@LAB.TEST", "/k").Matches(GssCredential.Keytab("alice@LAB.TEST", "/k")));
        Assert.False(GssCredential.Keytab("alice@LAB.TEST", "/k").Matches(GssCredential.Keytab("alice@LAB.TEST", "/l")));
    }

    [Fact]
    public void Whose_owner_nobody_knows_matches_only_itself()
    {
        GssCredential unknown = GssCredential.CredentialCache("FILE:/a");

        Assert.False(unknown.NamesUser);
        Assert.False(unknown.IsAnonymous);
        Assert.True(unknown.Matches(unknown));
        Assert.False(unknown.Matches(GssCredential.CredentialCache("FILE:/a")));
        Assert.False(GssCredential.Default.Matches(GssCredential.Anonymous));
        Assert.Equal("the owner of FILE:/a", unknown.ToString());
        Assert.Equal("the user of this process", GssCredential.Default.ToString());
        Assert.True(GssCredential.Anonymous.NamesUser);
    }

    [Fact]
    public void A_disposed_credential_is_of_no_use()
    {
        GssCredential password = GssCredential.Password("alice", "secret");
        GssCredential hash = GssCredential.NtHash("alice", new byte[16]);
        password.Dispose();
        hash.Dispose();

        Assert.False(password.Matches(password));
        Assert.False(hash.Matches(hash));
        Assert.Throws<ObjectDisposedException>(() => password.CopyNtHash());
        Assert.Throws<ObjectDisposedException>(() => hash.CopyNtHash());
    }

    [Fact]
    public void Nothing_public_shows_the_secret()
    {
        GssCredential credential = GssCredential.Password(@"LAB\alice", "S3cret!");

        Assert.Equal(@"LAB\alice", credential.ToString());
        Assert.Equal("anonymous", GssCredential.Anonymous.ToString());
        Assert.DoesNotContain(credential.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance), p => p.GetValue(credential)?.ToString()?.Contains("S3cret", StringComparison.Ordinal) == true);
        Assert.Equal(["Domain", "IsAnonymous", "NamesUser", "User"], credential.GetType().GetProperties().Select(p => p.Name).Order());
    }

    [Fact]
    public void Plaintext_is_only_for_passwords()
    {
        Assert.Equal("p€"u8.ToArray(), GssCredential.Password("a", "p€").EncodePlaintext(Encoding.UTF8));
        Assert.Equal(Encoding.Unicode.GetBytes("p€"), GssCredential.Password("a", "p€".AsSpan()).EncodePlaintext(Encoding.Unicode));
        Assert.Throws<InvalidOperationException>(() => GssCredential.NtHash("a", new byte[16]).EncodePlaintext(Encoding.UTF8));
        Assert.Null(GssCredential.NtHash("a", new byte[16]).LmHash());
    }
}
