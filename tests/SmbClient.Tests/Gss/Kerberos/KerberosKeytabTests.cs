using System;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Tests.Vectors;
using Xunit;
using IOFile = System.IO.File;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Keytab files, which keys are tried, and that a new file is taken up.</summary>
public sealed class KerberosKeytabTests
{
    private const string Realm = "LAB.TEST";

    private static KerberosPrincipal Cifs { get; } = new(2, "cifs", "files.lab.test");

    [Fact]
    public void A_file_of_MIT_is_read()
    {
        using KerberosKeytab keytab = KerberosKeytab.FromBytes(VectorFile.Kerberos["capture mit keytab"]);
        KerberosPrincipal service = new(1, "cifs", "files.mit.test");
        foreach (int type in new[] { 17, 18, 20, 23 })
        {
            Assert.Single(keytab.Find(service, "MIT.TEST", 1, type).Keys);
        }

        Assert.Empty(keytab.Find(service, "MIT.TEST", 1, 19).Keys);
        Assert.Equal("keytab, 4 keys", keytab.ToString());
    }

    [Fact]
    public void Holes_and_unknown_types_are_skipped_and_the_long_number_counts()
    {
        byte[] file = new TestKeytab().AddHole(40)
            .Add("cifs/files.lab.test", Realm, (KerberosEncryptionType)3, new byte[8])
            .Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, new byte[32], version: 300)
            .AddHole(3)
            .Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, new byte[32], version: 7, withLongVersion: false)
            .Encode();
        using KerberosKeytab keytab = KerberosKeytab.FromBytes(file);
        Assert.Equal([7, 300], keytab.Find(Cifs, Realm, 7, 18).Keys.Select(k => k.Version));
        Assert.Equal([300, 7], keytab.Find(Cifs, Realm, 300, 18).Keys.Select(k => k.Version));
    }

    [Fact]
    public void Every_truncation_and_change_reads_or_is_invalid()
    {
        byte[] file = VectorFile.Kerberos["capture mit keytab"];
        for (int i = 0; i < file.Length; i++)
        {
            Try(file[..i]);
            foreach (byte flip in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] changed = (byte[])file.Clone();
                changed[i] ^= flip;
                Try(changed);
            }
        }

        Assert.Throws<InvalidDataException>(() => KerberosKeytab.FromBytes(new byte[] { 5, 1, 0, 0 }));
        Assert.Throws<InvalidDataException>(() => KerberosKeytab.FromBytes(ReadOnlyMemory<byte>.Empty));
        using KerberosKeytab empty = KerberosKeytab.FromBytes(new byte[] { 5, 2 });
        Assert.Empty(empty.Find(Cifs, Realm, 1, 18).Keys);
    }

    [Theory]
    [InlineData("cifs/files.lab.test", true)]
    [InlineData("CIFS/FILES.lab.test", true)]
    [InlineData("host/files.lab.test", true)]
    [InlineData("FILES$", true)]
    [InlineData("HTTP/files.lab.test", false)]
    public void A_service_that_is_not_named_has_the_keys_of_its_account(string principal, bool isTried)
    {
        using KerberosKeytab keytab = KerberosKeytab.FromBytes(new TestKeytab().Add(principal, Realm, KerberosEncryptionType.Aes256Sha1, new byte[32]).Encode());
        Assert.Equal(isTried ? 1 : 0, keytab.Find(Cifs, Realm, 1, 18).Keys.Count);
    }

    [Fact]
    public void A_service_that_is_named_has_its_own_keys_only()
    {
        byte[] own = [.. Enumerable.Repeat((byte)1, 32)];
        using KerberosKeytab keytab = KerberosKeytab.FromBytes(new TestKeytab()
            .Add("FILES$", Realm, KerberosEncryptionType.Aes256Sha1, new byte[32]).Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, own).Encode());
        Assert.Equal(own, Assert.Single(keytab.Find(Cifs, Realm, 1, 18).Keys).Export());
    }

    [Theory]
    [InlineData(1, 2, GssStatus.DefectiveCredential, (int)KerberosError.BadKeyVersion)]
    [InlineData(2, 2, GssStatus.DefectiveCredential, (int)KerberosError.Modified)]
    public void A_ticket_that_no_key_opens_is_refused(int ticketVersion, int keyVersion, GssStatus status, int code)
    {
        using TestKdc kdc = new() { Version = ticketVersion };
        using TestInitiator initiator = new(kdc);
        using AcceptorBench bench = new(new TestKeytab().Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, new byte[32], keyVersion).Encode(), TestKdc.Now);
        GssStep step = bench.TryOnce(initiator.Request());
        Assert.Equal(status, step.Status);
        Assert.Equal((KerberosError)code, AcceptorBench.Error(step));
    }

    [Fact]
    public void A_ticket_without_any_key_is_refused()
    {
        using TestKdc kdc = new();
        using TestInitiator initiator = new(kdc);
        using AcceptorBench bench = new(new TestKeytab().Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes128Sha1, new byte[16]).Encode(), TestKdc.Now);
        Assert.Equal(KerberosError.NoKey, AcceptorBench.Error(bench.TryOnce(initiator.Request())));
    }

    [Fact]
    public void Older_and_wrongly_numbered_keys_are_tried()
    {
        using TestKdc kdc = new() { Version = 3 };
        byte[] keytab = new TestKeytab()
            .Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, new byte[32], version: 3)
            .Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, kdc.ServiceKey.Export(), version: 2).Encode();
        using TestInitiator initiator = new(kdc);
        using AcceptorBench bench = new(keytab, TestKdc.Now);
        Assert.True(bench.TryOnce(initiator.Request()).IsSuccess);
    }

    [Fact]
    public void A_changed_file_is_taken_up_within_a_second()
    {
        string path = Path.GetTempFileName();
        try
        {
            FakeTimeProvider clock = new();
            byte[] one = [.. Enumerable.Repeat((byte)1, 32)];
            byte[] two = [.. Enumerable.Repeat((byte)2, 32)];
            IOFile.WriteAllBytes(path, File(one, 1));
            using KerberosKeytab keytab = KerberosKeytab.FromFile("FILE:" + path, clock);
            KerberosKey held = Newest(keytab);
            Assert.Equal(one, held.Export());

            IOFile.WriteAllBytes(path, File(two, 2));
            IOFile.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
            Assert.Equal(one, Newest(keytab).Export());
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(two, Newest(keytab).Export());
            Assert.Equal(one, held.Export());

            // Half a file, and none: the keys stay, and the whole file counts when it is there.
            IOFile.WriteAllBytes(path, File(one, 3)[..20]);
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(two, Newest(keytab).Export());
            IOFile.Delete(path);
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(two, Newest(keytab).Export());
            IOFile.WriteAllBytes(path, File(one, 3));
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(one, Newest(keytab).Export());
            Assert.Throws<ObjectDisposedException>(() => held.Export());
        }
        finally
        {
            IOFile.Delete(path);
        }

        static byte[] File(byte[] key, int version) => new TestKeytab().Add("cifs/files.lab.test", Realm, KerberosEncryptionType.Aes256Sha1, key, version).Encode();
        static KerberosKey Newest(KerberosKeytab keytab) => keytab.Find(Cifs, Realm, null, 18).Keys[0];
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_keytab_is_an_error_at_once()
    {
        Assert.Throws<FileNotFoundException>(() => KerberosKeytab.FromFile(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())));
        string path = Path.GetTempFileName();
        Assert.Throws<InvalidDataException>(() => KerberosKeytab.FromFile(path));
        IOFile.Delete(path);
    }

    [Fact]
    public void A_password_makes_the_AES_keys()
    {
        using KerberosKeytab keytab = KerberosKeytab.FromPassword("alice@LAB.TEST", "Passw0rd-alice");
        Assert.Equal(VectorFile.Kerberos["AES256 alice 4096"], Assert.Single(keytab.Find(TestKdc.Alice, Realm, 9, 18).Keys).Export());
        Assert.Equal(VectorFile.Kerberos["AES128 alice 4096"], Assert.Single(keytab.Find(TestKdc.Alice, Realm, 9, 17).Keys).Export());
        Assert.Single(keytab.Find(TestKdc.Alice, Realm, 9, 19).Keys);
        Assert.Single(keytab.Find(TestKdc.Alice, Realm, 9, 20).Keys);
        using KerberosKeytab salted = KerberosKeytab.FromPassword("cifs/files@LAB.TEST", "Passw0rd-alice", "LAB.TESTalice", version: 4);
        KerberosKey key = Assert.Single(salted.Find(new KerberosPrincipal(2, "cifs", "files"), Realm, 4, 18).Keys);
        Assert.Equal(VectorFile.Kerberos["AES256 alice 4096"], key.Export());
        Assert.Equal(4, key.Version);
        Assert.Throws<ArgumentException>(() => KerberosKeytab.FromPassword("alice", "x"));
        Assert.Throws<ArgumentException>(() => KerberosKeytab.FromPassword("alice@", "x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => KerberosKeytab.FromPassword("alice@LAB.TEST", "x", version: -1));
    }

    private static void Try(byte[] file)
    {
        try
        {
            KerberosKeytab.FromBytes(file).Dispose();
        }
        catch (InvalidDataException)
        {
            // The other of the two that are allowed.
        }
    }
}
