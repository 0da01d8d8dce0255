using System;
using System.Collections.Generic;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>
/// Puts transactions of several messages together, [MS-CIFS] 3.3.5.57 and 3.3.5.58: by displacement, until both totals are there. Memory grows with
/// what has come, never with what was announced. One caller at a time.
/// </summary>
internal sealed class Smb1Transactions
{
    private const int MaxUnfinished = 8;

    private readonly Dictionary<(uint Pid, ushort Mid, ushort Uid, ushort Tid), Unfinished> _unfinished = [];

    /// <summary>Takes a part; the request that can be answered, if the transaction is whole with it. Its answer goes to the first request, with the last one's number.</summary>
    public (NtStatus Status, Smb1Request? Whole) Add(Smb1Request request, in TransactionPart part)
    {
        Smb1Header header = request.Header;
        (uint, ushort, ushort, ushort) key = (header.Pid, header.Mid, header.Uid, header.Tid);
        if (part.TotalParameterCount > Smb1Transaction.MaxBlock || part.TotalDataCount > Smb1Transaction.MaxBlock)
        {
            _unfinished.Remove(key);
            return (NtStatus.InsuffServerResources, null);
        }

        if (!part.IsSecondary)
        {
            return Begin(request, key, part);
        }

        if (!_unfinished.TryGetValue(key, out Unfinished? known) || known.First.Command != part.Primary)
        {
            return (NtStatus.InvalidParameter, null);
        }

        if (!known.Add(part))
        {
            _unfinished.Remove(key);
            return (NtStatus.InvalidParameter, null);
        }

        known.Request.ResponseSequence = request.ResponseSequence;
        if (!known.IsWhole)
        {
            return (NtStatus.Success, null);
        }

        _unfinished.Remove(key);
        known.Request.Transaction = known.ToTransaction();
        return (NtStatus.Success, known.Request);
    }

    private (NtStatus Status, Smb1Request? Whole) Begin(Smb1Request request, (uint, ushort, ushort, ushort) key, in TransactionPart part)
    {
        if (part.Parameters.Length == part.TotalParameterCount && part.Data.Length == part.TotalDataCount)
        {
            request.Transaction = new Smb1Transaction(part, part.Parameters, part.Data);
            return (NtStatus.Success, request);
        }

        if (_unfinished.Count >= MaxUnfinished || _unfinished.ContainsKey(key))
        {
            return (NtStatus.InsuffServerResources, null);
        }

        // The first message is given back before the last one comes.
        TransactionPart first = part with { Parameters = default, Data = default, Setup = part.Setup.ToArray() };
        Unfinished begun = new(new Smb1Request(request.Header, request.Message[..0]) { Session = request.Session, Tree = request.Tree, ResponseSequence = request.ResponseSequence }, first);
        if (!begun.Add(part))
        {
            return (NtStatus.InvalidParameter, null);
        }

        _unfinished[key] = begun;
        return (NtStatus.Success, null);
    }

    private sealed class Unfinished(Smb1Request request, TransactionPart first)
    {
        private byte[] _parameters = [];
        private byte[] _data = [];
        private uint _totalParameters = first.TotalParameterCount;
        private uint _totalData = first.TotalDataCount;
        private long _parametersReceived;
        private long _dataReceived;

        public Smb1Request Request => request;

        public TransactionPart First => first;

        public bool IsWhole => _parametersReceived >= _totalParameters && _dataReceived >= _totalData;

        /// <summary>False where the part does not fit, or brings nothing. Totals may shrink in later parts.</summary>
        public bool Add(in TransactionPart part)
        {
            _totalParameters = Math.Min(_totalParameters, part.TotalParameterCount);
            _totalData = Math.Min(_totalData, part.TotalDataCount);
            return (!part.IsSecondary || part.Parameters.Length > 0 || part.Data.Length > 0 || IsWhole)
                && Add(ref _parameters, ref _parametersReceived, part.Parameters, part.ParameterDisplacement, _totalParameters)
                && Add(ref _data, ref _dataReceived, part.Data, part.DataDisplacement, _totalData);
        }

        public Smb1Transaction ToTransaction() => new(first, Whole(_parameters, _totalParameters), Whole(_data, _totalData));

        private static ReadOnlyMemory<byte> Whole(byte[] block, uint total) => block.AsMemory(0, (int)Math.Min(total, (uint)block.Length));

        private static bool Add(ref byte[] block, ref long received, ReadOnlyMemory<byte> part, uint displacement, uint total)
        {
            // Parts come in order ([MS-CIFS] 3.3.5.58 has no other rule); one that leaves a gap would be memory for nothing.
            if (displacement > block.Length || displacement + (long)part.Length > total)
            {
                return false;
            }

            if (displacement + part.Length > block.Length)
            {
                Array.Resize(ref block, (int)displacement + part.Length);
            }

            part.Span.CopyTo(block.AsSpan((int)displacement));
            received += part.Length;
            return true;
        }
    }
}
