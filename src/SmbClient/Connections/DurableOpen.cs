using System;
using SmbClient.Dialects;
using SmbClient.Wire;

namespace SmbClient.Connections;

/// <summary>What it takes to open a file again after its connection was lost: Open.Durable and its companions, [MS-SMB2] 3.2.1.6.</summary>
/// <param name="Parameters">How it was opened.</param>
/// <param name="FileId">The handle that is lost.</param>
/// <param name="CreateGuid">Open.CreateGuid; empty for a durable handle of the first version.</param>
/// <param name="LeaseKey">The lease that keeps it alive; empty where a batch oplock does.</param>
internal sealed record DurableOpen(CreateParameters Parameters, FileId FileId, Guid CreateGuid, Guid LeaseKey);
