using System;
using System.Collections.Generic;
using SmbClient.Crypto;

namespace SmbClient.Connections;

/// <summary>
/// Client.ClientGuid of [MS-SMB2] 3.2.1.1, by which servers know this client again: one for each set of dialects, since a server takes one dialect from each.
/// Guarded by the gate of its <see cref="ConnectionTable"/>.
/// </summary>
internal sealed class ClientGuids
{
    private readonly Dictionary<DialectSet, Guid> _guids = [];

    public Guid For(DialectSet dialects)
    {
        if (!_guids.TryGetValue(dialects, out Guid guid))
        {
            _guids.Add(dialects, guid = SecureRandom.NewGuid());
        }

        return guid;
    }
}
