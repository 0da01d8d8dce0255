using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>What both roles share: the library's context, its key and its integrity codes.</summary>
internal abstract unsafe class LibraryContext : GssContext
{
    /// <summary>The flags that have a meaning here; PROT_READY and TRANS are the library's own.</summary>
    private const uint KnownFlags = 0xE87F;

    private byte[] _sessionKey = [];
    private bool _isComplete;
    private GssContextFlags _flags;

    protected LibraryContext(GssLibrary library)
    {
        Library = library;
        Context = new LibraryContextHandle(library);
    }

    public sealed override string MechanismName => KerberosMechanism.MechanismName;

    public sealed override bool IsComplete => _isComplete;

    public sealed override GssContextFlags Flags => _isComplete ? _flags : GssContextFlags.None;

    public sealed override bool SupportsMic => _isComplete;

    protected GssLibrary Library { get; }

    protected LibraryContextHandle Context { get; }

    /// <summary>True once the exchange has failed, for good.</summary>
    protected bool HasFailed { get; private set; }

    public sealed override byte[] ExportSessionKey() => _isComplete ? (byte[])_sessionKey.Clone() : throw NotEstablished();

    public sealed override byte[] GetMic(ReadOnlySpan<byte> message)
    {
        if (!_isComplete)
        {
            throw NotEstablished();
        }

        fixed (byte* octets = message)
        {
            NativeBuffer text = new() { Length = (nuint)message.Length, Value = octets };
            using HandleUse use = new(Context);
            uint major = Library.Functions.GetMic(out uint minor, use.Pointer, 0, &text, out NativeBuffer mic);
            Library.Check(major, minor);
            return Library.Take(ref mic);
        }
    }

    public sealed override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic)
    {
        if (!_isComplete)
        {
            throw NotEstablished();
        }

        fixed (byte* octets = message)
        fixed (byte* code = mic)
        {
            NativeBuffer text = new() { Length = (nuint)message.Length, Value = octets };
            NativeBuffer token = new() { Length = (nuint)mic.Length, Value = code };
            using HandleUse use = new(Context);
            return Library.Functions.VerifyMic(out _, use.Pointer, &text, &token, IntPtr.Zero) == 0;
        }
    }

    /// <summary>Takes the key; the context is then established.</summary>
    protected void Establish(uint flags)
    {
        _sessionKey = InquireSessionKey();
        _flags = (GssContextFlags)(flags & KnownFlags);
        _isComplete = true;
    }

    /// <summary>Moves to the failed state for good.</summary>
    protected GssStep Fail(GssStatus status, string reason, ReadOnlyMemory<byte> token = default)
    {
        HasFailed = true;
        return GssStep.Fail(status, "Kerberos: " + reason, token);
    }

    protected override void Dispose(bool disposing)
    {
        _isComplete = false;
        HasFailed = true;
        _sessionKey.AsSpan().Clear();
        Context.Dispose();
        base.Dispose(disposing);
    }

    private static InvalidOperationException NotEstablished() => new("The context is not established.");

    /// <summary>The subkey of the acceptor, whole. A second buffer tells its type, with MIT.</summary>
    private byte[] InquireSessionKey()
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
