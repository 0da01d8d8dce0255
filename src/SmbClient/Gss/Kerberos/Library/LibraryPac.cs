using System.Text;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>The PAC of a ticket that the library accepted, and whether it has verified it.</summary>
internal readonly unsafe struct LibraryPac
{
    private const int AdWin2KPac = 128;

    private LibraryPac(byte[] octets, GssAuthorizationDataStatus status)
    {
        Octets = octets;
        Status = status;
    }

    /// <summary>The whole PAC; empty for none.</summary>
    public byte[] Octets { get; }

    public GssAuthorizationDataStatus Status { get; }

    /// <summary>
    /// MIT has it as an attribute of the initiator's name, and says with it whether the server signature is right. Heimdal verifies the signature when it
    /// accepts the ticket (check_pac), and finds the PAC among the authorization data.
    /// </summary>
    public static LibraryPac Read(GssLibrary library, LibraryName initiator, LibraryContextHandle context)
    {
        if (library.Functions.GetNameAttribute is not null && Attribute(library, initiator) is { Octets.Length: > 0 } attribute)
        {
            return attribute;
        }

        if (library.Functions.ExtractAuthorizationData is not null)
        {
            using HandleUse use = new(context);
            if (library.Functions.ExtractAuthorizationData(out _, use.Pointer, AdWin2KPac, out NativeBuffer data) == 0)
            {
                return new LibraryPac(library.Take(ref data), GssAuthorizationDataStatus.VerifiedByLibrary);
            }
        }

        return new LibraryPac([], GssAuthorizationDataStatus.None);
    }

    private static LibraryPac Attribute(GssLibrary library, LibraryName initiator)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes("urn:mspac:"))
        {
            NativeBuffer name = new() { Length = 10, Value = text };
            int more = -1;
            if (library.Functions.GetNameAttribute(out _, initiator.Handle, &name, out int authenticated, out _, out NativeBuffer value, out NativeBuffer display, ref more) != 0)
            {
                return new LibraryPac([], GssAuthorizationDataStatus.None);
            }

            library.Take(ref display);
            return new LibraryPac(library.Take(ref value), authenticated != 0 ? GssAuthorizationDataStatus.VerifiedByLibrary : GssAuthorizationDataStatus.Unverified);
        }
    }
}
