
namespace SmbClient.Gss.Kerberos.Library;

/// <summary>The forwarded ticket of an initiator, in the library that accepted it.</summary>
internal sealed class LibraryDelegatedCredential : GssCredential
{
    public LibraryDelegatedCredential(GssLibrary library, LibraryHandle handle, string principal)
        : base(principal, "")
    {
        Library = library;
        Handle = handle;
    }

    public GssLibrary Library { get; }

    public LibraryHandle Handle { get; }

    /// <summary>Each delegation is one of its own.</summary>
    protected override bool SecretMatches(GssCredential other) => ReferenceEquals(this, other);

    protected override void Dispose(bool disposing)
    {
        Handle.Dispose();
        base.Dispose(disposing);
    }
}
