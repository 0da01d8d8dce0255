using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>What both roles share: the library's context, its key and its integrity codes.</summary>
internal abstract unsafe class LibraryContext : SystemContext
{
    /// <summary>The flags that have a meaning here; PROT_READY and TRANS are the library's own.</summary>
    private const uint KnownFlags = 0xE87F;

    protected LibraryContext(GssLibrary library)
    {
        Library = library;
        Context = new LibraryContextHandle(library);
    }

    protected GssLibrary Library { get; }

    protected LibraryContextHandle Context { get; }

    public sealed override byte[] GetMic(ReadOnlySpan<byte> message)
    {
        RequireComplete();
        fixed (byte* octets = message)
        {
            NativeBuffer text = new() { Length = (nuint)message.Length, Value = octets };
            using HandleUse use = new(Context);
            uint major = Library.Functions.GetMic(out uint minor, use.Pointer, 0, &text, out NativeBuffer mic);
            try
            {
                Library.Check(major, minor);
            }
            catch (GssLibraryException e)
            {
                throw new InvalidOperationException($"The library makes no integrity code: {e.Message}.", e);
            }

            return Library.Take(ref mic);
        }
    }

    public sealed override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic)
    {
        RequireComplete();
        fixed (byte* octets = message)
        fixed (byte* code = mic)
        {
            NativeBuffer text = new() { Length = (nuint)message.Length, Value = octets };
            NativeBuffer token = new() { Length = (nuint)mic.Length, Value = code };
            using HandleUse use = new(Context);
            return Library.Functions.VerifyMic(out _, use.Pointer, &text, &token, IntPtr.Zero) == 0;
        }
    }

    /// <summary>The library's flags, without those that are its own business.</summary>
    protected static GssContextFlags FlagsOf(uint flags) => (GssContextFlags)(flags & KnownFlags);

    protected override void Dispose(bool disposing)
    {
        Context.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The subkey of the acceptor, whole. A second buffer tells its type, with MIT.</summary>
    protected override byte[] QuerySessionKey()
    {
        using HandleUse use = new(Context);
        uint major = Library.Functions.InquireSecContextByOid(out uint minor, use.Pointer, NativeOids.SessionKey, out IntPtr set);
        Library.Check(major, minor);
        try
        {
            nuint count = *(nuint*)set;
            NativeBuffer* buffers = ((NativeBuffer**)set)[1];
            return count > 0 && !buffers[0].Span.IsEmpty ? buffers[0].Span.ToArray() : throw new GssLibraryException(0, 0, $"{Library.Name} gives no session key");
        }
        finally
        {
            Library.Functions.ReleaseBufferSet(out _, ref set);
        }
    }
}
