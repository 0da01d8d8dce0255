using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// The client's side through the library. Mutual authentication is always asked for, and a server that does not prove itself is refused
/// ([MS-SMB] 3.2.4.2.4, [MS-KILE] 3.2.1).
/// </summary>
internal sealed unsafe class LibraryInitiator : LibraryContext
{
    private const uint ContinueNeeded = 1;

    private readonly InitiatorCredential _credential;
    private readonly LibraryName _target;
    private readonly GssInitiatorOptions _options;

    private LibraryInitiator(GssLibrary library, InitiatorCredential credential, LibraryName target, GssInitiatorOptions options)
        : base(library)
    {
        _credential = credential;
        _target = target;
        _options = options;
    }

    /// <summary>Gets the service's ticket, from the KDC unless the credential has it already, and makes the first token. It may block for long.</summary>
    /// <exception cref="GssLibraryException">There is no ticket.</exception>
    public static LibraryInitiator Create(GssLibrary library, InitiatorCredential credential, string targetName, GssInitiatorOptions options)
    {
        LibraryInitiator initiator = new(library, credential, TargetOf(library, targetName), options);
        try
        {
            uint status = initiator.Call(default, out byte[] token, out _);
            initiator.FirstToken = token;
            return status == ContinueNeeded && token.Length > 0
                ? initiator
                : throw new GssLibraryException(0, 0, "the library did not ask for mutual authentication");
        }
        catch
        {
            initiator.Dispose();
            throw;
        }
    }

    public override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (StepWithoutSystem(inputToken) is { } step)
        {
            return step;
        }

        try
        {
            uint status = Call(inputToken, out byte[] output, out uint flags);
            return status == ContinueNeeded ? GssStep.Continue(output) : FinishInitiator(FlagsOf(flags), output);
        }
        catch (GssLibraryException e)
        {
            return Fail(e.Status is GssStatus.Failure ? GssStatus.DefectiveToken : e.Status, "the server's answer is refused: " + e.Message);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (HasBegun && !IsComplete)
        {
            _credential.Invalidate();
        }

        base.Dispose(disposing);
        _target.Dispose();
        _credential.Dispose();
    }

    /// <summary>
    /// A name with a realm, an empty one too, is taken as it is. With an empty one the KDC of the client finds the service, by referral if need be;
    /// a host-based name would first be looked up in the DNS, which nothing protects.
    /// </summary>
    private static LibraryName TargetOf(GssLibrary library, string targetName) =>
        library.ImportName(targetName.IndexOf('@') < 0 ? targetName + "@" : targetName, NativeOids.PrincipalName);

    private uint Call(ReadOnlySpan<byte> input, out byte[] output, out uint flags)
    {
        using NativeChannelBindings bindings = new(_options.ChannelBindings.Span);
        IntPtr context = Context.DangerousGetHandle();
        fixed (byte* octets = input)
        {
            NativeBuffer token = new() { Length = (nuint)input.Length, Value = octets };
            uint requested = (uint)(_options.RequestedFlags | GssContextFlags.MutualAuth);
            uint major = Library.Functions.InitSecContext(
                out uint minor, _credential.Pointer, ref context, _target.Handle, NativeOids.Kerberos, requested, 0, bindings.Pointer, &token, IntPtr.Zero, out NativeBuffer answer, out flags, out _);
            Context.Set(context);
            output = Library.Take(ref answer);
            Library.Check(major, minor);
            return major;
        }
    }
}
