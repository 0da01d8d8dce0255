using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// The server's side through the library, with the keys that the system has for this process. The library finds replays and wrong clocks out; what it
/// leaves to its callers, channel bindings and the name that was meant, is checked here.
/// </summary>
internal sealed unsafe class LibraryAcceptor : LibraryContext
{
    private const uint ContinueNeeded = 1;

    private readonly LibraryHandle _credential;
    private readonly GssAcceptorOptions _options;
    private GssPeer? _peer;
    private GssCredential? _delegated;
    private bool _isCredentialTaken;

    public LibraryAcceptor(GssLibrary library, LibraryHandle credential, GssAcceptorOptions options)
        : base(library)
    {
        _credential = credential;
        _options = options;
    }

    /// <summary>Whoever reads it has the delegated credential, and disposes of it.</summary>
    public override GssPeer? Peer
    {
        get
        {
            _isCredentialTaken |= IsComplete;
            return IsComplete ? _peer : null;
        }
    }

    public override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (HasFailed || IsComplete || inputToken.IsEmpty)
        {
            return NotDue();
        }

        byte[] output = [];
        try
        {
            uint status = Call(inputToken, out output, out LibraryName initiator, out uint flags, out uint seconds);
            using (initiator)
            {
                return status == ContinueNeeded ? GssStep.Continue(output) : Finish(initiator, flags, seconds, output);
            }
        }
        catch (GssLibraryException e)
        {
            return Fail(e.Status, e.Message, output);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!_isCredentialTaken)
        {
            _delegated?.Dispose();
        }
    }

    private GssStep Finish(LibraryName initiator, uint flags, uint seconds, byte[] output)
    {
        if (_options.RequireChannelBindings && (flags & (uint)GssContextFlags.ChannelBound) == 0)
        {
            return Fail(GssStatus.BadBindings, "the client is not bound to the channel");
        }

        string target = TargetName();
        if (AcceptorTarget.Check(target, _options) is { } refusal)
        {
            return Fail(refusal.Status, refusal.Reason);
        }

        LibraryPac pac = LibraryPac.Read(Library, initiator, Context);
        Establish(FlagsOf(flags));
        string principal = initiator.Display();
        int at = principal.LastIndexOf('@');
        _peer = new GssPeer
        {
            User = at < 0 ? principal : principal.Substring(0, at),
            Domain = at < 0 ? "" : principal.Substring(at + 1),
            TargetName = target,
            AuthorizationData = pac.Octets,
            AuthorizationDataStatus = pac.Status,
            Expires = seconds == uint.MaxValue ? null : _options.TimeProvider.GetUtcNow() + TimeSpan.FromSeconds(seconds),
            DelegatedCredential = _delegated,
        };
        return GssStep.Complete(output);
    }

    /// <summary>The service of the ticket, without its realm.</summary>
    private string TargetName()
    {
        using HandleUse use = new(Context);
        uint major = Library.Functions.InquireContext(out uint minor, use.Pointer, IntPtr.Zero, out IntPtr target, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero);
        Library.Check(major, minor);
        using LibraryName name = new(Library, target);
        return name.Display().Split('@')[0];
    }

    private uint Call(ReadOnlySpan<byte> input, out byte[] output, out LibraryName initiator, out uint flags, out uint seconds)
    {
        using NativeChannelBindings bindings = new(_options.ChannelBindings.Span);
        using HandleUse credential = new(_credential);
        IntPtr context = Context.DangerousGetHandle();
        fixed (byte* octets = input)
        {
            NativeBuffer token = new() { Length = (nuint)input.Length, Value = octets };
            uint major = Library.Functions.AcceptSecContext(
                out uint minor, ref context, credential.Pointer, &token, bindings.Pointer, out IntPtr name, IntPtr.Zero, out NativeBuffer answer, out flags, out seconds, out IntPtr delegated);
            Context.Set(context);
            initiator = new LibraryName(Library, name);
            output = Library.Take(ref answer);
            if (delegated != IntPtr.Zero)
            {
                LibraryHandle handle = new(Library, delegated);
                _delegated = new LibraryDelegatedCredential(Library, handle, initiator.IsEmpty ? "" : initiator.Display());
            }

            if ((major & 0xFFFF0000) != 0)
            {
                initiator.Dispose();
            }

            Library.Check(major, minor);
            return major;
        }
    }
}
