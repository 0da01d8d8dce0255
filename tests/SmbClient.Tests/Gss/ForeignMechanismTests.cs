using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;
using Xunit;

namespace SmbClient.Tests.Gss;

/// <summary>What a mechanism of another package can take out of a credential, and what not.</summary>
public sealed class ForeignMechanismTests
{
    [Fact]
    public void PasswordIsACopy()
    {
        GssCredential credential = GssCredential.Password("alice", "pässword");
        byte[] password = Foreign.Password(credential)!;
        Assert.Equal("pässword", Encoding.Unicode.GetString(password));
        password.AsSpan().Clear();
        Assert.Equal("pässword", Encoding.Unicode.GetString(Foreign.Password(credential)!));
        credential.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Foreign.Password(credential));
    }

    [Fact]
    public void OtherKindsHaveNoPassword()
    {
        foreach (GssCredential credential in new[]
        {
            GssCredential.Anonymous, GssCredential.Default, GssCredential.NtHash("alice", new byte[16]), GssCredential.Keytab("alice", "/k"), GssCredential.CredentialCache("FILE:/c"),
        })
        {
            Assert.Null(Foreign.Password(credential));
        }
    }

    [Fact]
    public void KeytabsAndCachesHaveTheirNames()
    {
        Assert.Equal("/k", Foreign.Keytab(GssCredential.Keytab("alice", "/k")));
        Assert.Null(Foreign.Keytab(GssCredential.Password("alice", "x")));
        Assert.Equal((true, "FILE:/c"), Foreign.Cache(GssCredential.CredentialCache("FILE:/c")));
        Assert.Equal((true, null), Foreign.Cache(GssCredential.Default));
        Assert.Equal((false, null), Foreign.Cache(GssCredential.Keytab("alice", "/k")));
    }

    [Fact]
    public void CacheGetsItsUser()
    {
        GssCredential named = Foreign.Named(GssCredential.CredentialCache("FILE:/c"), "alice", "LAB.TEST");
        Assert.Equal(("alice", "LAB.TEST", true), (named.User, named.Domain, named.NamesUser));
        Assert.Equal((true, "FILE:/c"), Foreign.Cache(named));
        Assert.Throws<ArgumentException>(() => Foreign.Named(GssCredential.Password("alice", "x"), "alice", "LAB.TEST"));
        Assert.Throws<ArgumentException>(() => Foreign.Named(GssCredential.Default, "", "LAB.TEST"));
    }

    private sealed class Foreign : GssMechanism
    {
        public override string Name => "foreign";

        public override string Oid => "1.2.3";

        public static byte[]? Password(GssCredential credential) => CopyPassword(credential);

        public static string? Keytab(GssCredential credential) => KeytabPathOf(credential);

        public static (bool IsCache, string? Name) Cache(GssCredential credential) => (IsCredentialCache(credential, out string? name), name);

        public static GssCredential Named(GssCredential credential, string user, string realm) => WithUser(credential, user, realm);

        public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override GssContext? CreateAcceptor(GssAcceptorOptions options) => null;
    }
}
