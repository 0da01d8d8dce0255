using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 NEGOTIATE request, [MS-SMB2] 2.2.3.</summary>
internal readonly record struct NegotiateRequest : ISmb2Body
{
    private const ushort StructureSize = 36;
    private const int ContextAlignment = 8;

    public required Smb2SecurityMode SecurityMode { get; init; }

    /// <summary>None unless a dialect of 3.x is offered.</summary>
    public Smb2Capabilities Capabilities { get; init; }

    public Guid ClientGuid { get; init; }

    public required IReadOnlyList<SmbDialect> Dialects { get; init; }

    /// <summary>Only where <see cref="SmbDialect.Smb311"/> is offered.</summary>
    public Smb2NegotiateContexts Contexts { get; init; }

    public Smb2Command Command => Smb2Command.Negotiate;

    public int Size => StructureSize + (2 * Dialects.Count) + ContextAlignment + Contexts.Size;

    private bool HasContexts
    {
        get
        {
            foreach (SmbDialect dialect in Dialects)
            {
                if (dialect == SmbDialect.Smb311)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(checked((ushort)Dialects.Count));
        w.UInt16((ushort)SecurityMode);
        w.UInt16(0);
        w.UInt32((uint)Capabilities);
        w.Guid(ClientGuid);
        int contexts = w.Position;
        w.UInt64(0);
        foreach (SmbDialect dialect in Dialects)
        {
            w.UInt16((ushort)dialect);
        }

        if (HasContexts)
        {
            w.Align(ContextAlignment);
            w.PatchUInt32(contexts, (uint)w.Position);
            w.PatchUInt16(contexts + 4, Contexts.Write(ref w));
        }
    }

    public static NegotiateRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ushort dialectCount = r.UInt16();
        Smb2SecurityMode securityMode = (Smb2SecurityMode)r.UInt16();
        r.Skip(2);
        Smb2Capabilities capabilities = (Smb2Capabilities)r.UInt32();
        Guid clientGuid = r.Guid();
        uint contextOffset = r.UInt32();
        ushort contextCount = r.UInt16();
        r.Skip(2);
        NegotiateRequest request = new()
        {
            SecurityMode = securityMode,
            Capabilities = capabilities,
            ClientGuid = clientGuid,
            Dialects = Array.ConvertAll(Smb2NegotiateContexts.ReadIds(ref r, dialectCount), static id => (SmbDialect)id),
        };

        // Without 3.1.1, the same octets are the ClientStartTime.
        return request.HasContexts ? request with { Contexts = Smb2NegotiateContexts.Read(r, contextOffset, contextCount) } : request;
    }
}

/// <summary>SMB2 NEGOTIATE response, [MS-SMB2] 2.2.4.</summary>
internal readonly record struct NegotiateResponse : ISmb2Body
{
    /// <summary>The answer to "SMB 2.???" in a negotiation of SMB1: any dialect, to be negotiated again.</summary>
    public const ushort AnyDialect = 0x02FF;

    private const ushort StructureSize = 65;
    private const int FixedSize = StructureSize - 1;
    private const int ContextAlignment = 8;

    public required Smb2SecurityMode SecurityMode { get; init; }

    /// <summary>A value of <see cref="SmbDialect"/>, or <see cref="AnyDialect"/>.</summary>
    public required ushort DialectRevision { get; init; }

    public Guid ServerGuid { get; init; }

    public Smb2Capabilities Capabilities { get; init; }

    /// <summary>Octets of one QUERY_INFO, QUERY_DIRECTORY, IOCTL and the like.</summary>
    public required uint MaxTransactSize { get; init; }

    public required uint MaxReadSize { get; init; }

    public required uint MaxWriteSize { get; init; }

    /// <summary>100 ns ticks since 1601, UTC.</summary>
    public long SystemTime { get; init; }

    /// <summary>100 ns ticks since 1601, UTC; most servers say 0.</summary>
    public long ServerStartTime { get; init; }

    /// <summary>The server's GSS token, perhaps empty.</summary>
    public ReadOnlyMemory<byte> SecurityBuffer { get; init; }

    /// <summary>Only with 3.1.1.</summary>
    public Smb2NegotiateContexts Contexts { get; init; }

    public Smb2Command Command => Smb2Command.Negotiate;

    public int Size => FixedSize + SecurityBuffer.Length + ContextAlignment + Contexts.Size;

    private bool HasContexts => DialectRevision == (ushort)SmbDialect.Smb311;

    public void Write(ref WireWriter w)
    {
        int start = w.Position;
        w.UInt16(StructureSize);
        w.UInt16((ushort)SecurityMode);
        w.UInt16(DialectRevision);
        int contextCount = w.Position;
        w.UInt16(0);
        w.Guid(ServerGuid);
        w.UInt32((uint)Capabilities);
        w.UInt32(MaxTransactSize);
        w.UInt32(MaxReadSize);
        w.UInt32(MaxWriteSize);
        w.Int64(SystemTime);
        w.Int64(ServerStartTime);
        w.UInt16(checked((ushort)(start + FixedSize)));
        w.UInt16(checked((ushort)SecurityBuffer.Length));
        int contextOffset = w.Position;
        w.UInt32(0);
        w.Bytes(SecurityBuffer.Span);
        if (HasContexts)
        {
            w.Align(ContextAlignment);
            w.PatchUInt32(contextOffset, (uint)w.Position);
            w.PatchUInt16(contextCount, Contexts.Write(ref w));
        }
    }

    public static NegotiateResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        Smb2SecurityMode securityMode = (Smb2SecurityMode)r.UInt16();
        ushort dialectRevision = r.UInt16();
        ushort contextCount = r.UInt16();
        NegotiateResponse response = new()
        {
            SecurityMode = securityMode,
            DialectRevision = dialectRevision,
            ServerGuid = r.Guid(),
            Capabilities = (Smb2Capabilities)r.UInt32(),
            MaxTransactSize = r.UInt32(),
            MaxReadSize = r.UInt32(),
            MaxWriteSize = r.UInt32(),
            SystemTime = r.Int64(),
            ServerStartTime = r.Int64(),
        };
        ushort securityOffset = r.UInt16();
        ushort securityLength = r.UInt16();
        uint contextOffset = r.UInt32();
        return response with
        {
            SecurityBuffer = Smb2Buffers.Bytes(r, securityOffset, securityLength),
            Contexts = response.HasContexts ? Smb2NegotiateContexts.Read(r, contextOffset, contextCount) : default,
        };
    }
}
