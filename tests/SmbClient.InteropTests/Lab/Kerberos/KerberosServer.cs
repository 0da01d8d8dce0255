using System.IO;
using SmbClient.Gss;

namespace SmbClient.InteropTests.Lab.Kerberos;

/// <summary>A server that we did not write and that takes tickets.</summary>
/// <param name="Name">The name by which its realm knows it.</param>
/// <param name="Realm">The realm.</param>
/// <param name="Address">Where it listens, on port 445.</param>
/// <param name="Folder">The folder behind the share "share".</param>
public sealed record KerberosServer(string Name, string Realm, string Address, string Folder)
{
    /// <summary>The password of one of its users.</summary>
    public SmbCredential Password(string user) => SmbCredential.FromPassword($"{user}@{Realm}", KerberosLab.PasswordOf(user, Realm));

    /// <summary>By Kerberos or not at all, with the server called by its name.</summary>
    public SmbConnectionOptions Options(SmbClientContext context) => new() { Server = Name, Address = Address, Context = context, Mechanisms = [GssMechanism.Kerberos] };

    /// <summary>The same in one dialect.</summary>
    public SmbConnectionOptions Options(SmbClientContext context, SmbDialect dialect) => Options(context) with
    {
        AllowSmb1 = dialect == SmbDialect.NtLm012,
        MinDialect = dialect,
        MaxDialect = dialect,
    };

    /// <summary>The path of a file in the share.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);
}
