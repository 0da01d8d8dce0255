using System;
using System.Collections.Generic;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>What one command of a chain is answered with. Whoever holds it disposes of it when the message is written.</summary>
internal sealed class Smb1Reply : IDisposable
{
    /// <summary>There is no answer.</summary>
    public static readonly Smb1Reply None = new(NtStatus.Success, null);

    private readonly IDisposable? _owner;

    private Smb1Reply(NtStatus status, ISmb1Body? body, IDisposable? owner = null)
    {
        Status = status;
        Body = body;
        _owner = owner;
    }

    public NtStatus Status { get; }

    /// <summary>Null for one without words and bytes.</summary>
    public ISmb1Body? Body { get; }

    /// <summary>Bodies of further messages, which only a request without a chain has.</summary>
    public IReadOnlyList<ISmb1Body> More { get; private init; } = [];

    /// <param name="body">What the command is answered with.</param>
    /// <param name="status">Success, or a warning that leaves the body worth sending.</param>
    /// <param name="owner">The memory that the body points into.</param>
    public static Smb1Reply Of(ISmb1Body body, NtStatus status = NtStatus.Success, IDisposable? owner = null) => new(status, body, owner);

    /// <summary>An answer of several messages.</summary>
    public static Smb1Reply Of(IReadOnlyList<ISmb1Body> bodies, NtStatus status)
    {
        List<ISmb1Body> more = [.. bodies];
        more.RemoveAt(0);
        return new Smb1Reply(status, bodies[0]) { More = more };
    }

    /// <summary>A status and nothing else; success too.</summary>
    public static Smb1Reply Bare(NtStatus status) => new(status, null);

    public void Dispose() => _owner?.Dispose();
}
