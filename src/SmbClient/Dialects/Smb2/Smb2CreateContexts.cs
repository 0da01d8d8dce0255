using System;
using System.Collections.Generic;
using SmbClient.Connections;
using SmbClient.Crypto;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// The create contexts of one CREATE: what is asked for beyond opening the file, and what the server made of it ([MS-SMB2] 3.2.4.3.5 to 3.2.4.3.12,
/// 3.2.5.7; 3.2.4.4 for opening again).
/// </summary>
internal sealed class Smb2CreateContexts
{
    private const Smb2LeaseState DurableLease = Smb2LeaseState.ReadCaching | Smb2LeaseState.HandleCaching;

    private readonly CreateParameters _parameters;
    private readonly Guid _createGuid;
    private readonly Guid _leaseKey;

    /// <param name="parameters">What the caller wants.</param>
    /// <param name="dialect">What the connection speaks.</param>
    /// <param name="canLease">Whether the server has leases.</param>
    public Smb2CreateContexts(in CreateParameters parameters, SmbDialect dialect, bool canLease)
    {
        _parameters = parameters;
        bool isDurable = parameters.DurableTimeout is not null || parameters.Reopens is not null;
        bool isV2 = dialect >= SmbDialect.Smb300;
        _leaseKey = !isDurable || !canLease ? Guid.Empty : parameters.Reopens?.LeaseKey ?? SecureRandom.NewGuid();
        _createGuid = !isDurable || !isV2 ? Guid.Empty : parameters.Reopens?.CreateGuid ?? SecureRandom.NewGuid();

        // A durable handle lives on a lease or an oplock that lets the server delay others.
        OplockLevel = !isDurable ? Smb2OplockLevel.None : _leaseKey != Guid.Empty ? Smb2OplockLevel.Lease : Smb2OplockLevel.Batch;
        List<CreateContext> contexts = [];
        if (parameters.Reopens is { } lost)
        {
            contexts.Add(lost.CreateGuid == Guid.Empty ? new DurableHandleReconnect(lost.FileId).Encode() : new DurableHandleReconnectV2(lost.FileId, lost.CreateGuid, Flags: 0).Encode());
        }
        else if (parameters.DurableTimeout is { } timeout)
        {
            contexts.Add(isV2 ? new DurableHandleRequestV2((uint)Math.Min(timeout.TotalMilliseconds, uint.MaxValue), Flags: 0, _createGuid).Encode() : DurableHandle.Request);
        }

        if (_leaseKey != Guid.Empty)
        {
            contexts.Add(new LeaseContext { LeaseKey = _leaseKey, LeaseState = DurableLease, IsV2 = isV2 }.Encode());
        }

        // To open a handle again takes nothing else, and servers refuse anything else with it.
        if (parameters is { Reopens: null, Snapshot: { } snapshot })
        {
            contexts.Add(new TimewarpToken(snapshot).Encode());
        }

        if (parameters is { Reopens: null, QueryDetails: true })
        {
            contexts.Add(new MaximalAccessRequest(null).Encode());
            contexts.Add(QueryOnDiskIdResponse.Request);
        }

        Contexts = contexts;
    }

    public IReadOnlyList<CreateContext> Contexts { get; }

    public Smb2OplockLevel OplockLevel { get; }

    /// <summary>The key of the lease that was asked for; empty without one.</summary>
    public Guid LeaseKey => _leaseKey;

    /// <summary>How to open the file again; null where the server does not keep it. A handle that was opened again is durable again.</summary>
    public DurableOpen? ReadDurable(in CreateResponse response)
    {
        bool isDurable = _parameters.Reopens is not null
            || CreateContext.Find(response.Contexts, CreateContextName.DurableHandleRequestV2) is not null
            || CreateContext.Find(response.Contexts, CreateContextName.DurableHandleRequest) is not null;
        return isDurable ? new DurableOpen(_parameters with { Reopens = null }, response.FileId, _createGuid, _leaseKey) : null;
    }

    /// <summary>Adds what the server says in contexts to what it says of the file.</summary>
    public static FileState ReadDetails(in CreateResponse response, FileState state)
    {
        if (CreateContext.Find(response.Contexts, CreateContextName.MaximalAccess) is { } access)
        {
            MaximalAccessResponse maximal = MaximalAccessResponse.Decode(access);
            state = state with { MaximalAccess = maximal.QueryStatus == NtStatus.Success ? maximal.MaximalAccess : null };
        }

        return CreateContext.Find(response.Contexts, CreateContextName.QueryOnDiskId) is { } id
            ? state with { FileId = QueryOnDiskIdResponse.Decode(id).DiskFileId }
            : state;
    }
}
