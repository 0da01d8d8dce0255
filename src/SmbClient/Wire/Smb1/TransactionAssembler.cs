using System;

namespace SmbClient.Wire.Smb1;

/// <summary>
/// Puts a response of several messages together, [MS-CIFS] 3.2.5.1.4: by displacement, until both totals are there. Totals may shrink in
/// later parts; the last word counts.
/// </summary>
internal sealed class TransactionAssembler
{
    private readonly int _maxParameterCount;
    private readonly int _maxDataCount;
    private byte[] _parameters = [];
    private byte[] _data = [];
    private int _parametersReceived;
    private int _dataReceived;
    private int _totalParameters;
    private int _totalData;

    /// <summary>The limits are those that the request named, octets.</summary>
    public TransactionAssembler(int maxParameterCount, int maxDataCount)
    {
        _maxParameterCount = maxParameterCount;
        _maxDataCount = maxDataCount;
    }

    /// <summary>The parameters so far; memory of its own.</summary>
    public ReadOnlyMemory<byte> Parameters => _parameters.AsMemory(0, Math.Min(_totalParameters, _parameters.Length));

    /// <summary>The data so far; memory of its own.</summary>
    public ReadOnlyMemory<byte> Data => _data.AsMemory(0, Math.Min(_totalData, _data.Length));

    /// <summary>Takes one part in; true when it was the last.</summary>
    public bool Add(in TransactionResponse part)
    {
        _totalParameters = part.TotalParameterCount;
        _totalData = part.TotalDataCount;
        if (_totalParameters > _maxParameterCount || _totalData > _maxDataCount)
        {
            throw new MalformedMessageException($"A transaction of {_totalParameters} and {_totalData} octets; {_maxParameterCount} and {_maxDataCount} were allowed");
        }

        Add(ref _parameters, ref _parametersReceived, part.Parameters, part.ParameterDisplacement, _totalParameters);
        Add(ref _data, ref _dataReceived, part.Data, part.DataDisplacement, _totalData);
        if (part.Parameters.IsEmpty && part.Data.IsEmpty && !IsComplete)
        {
            throw new MalformedMessageException("A part of a transaction brings nothing");
        }

        return IsComplete;
    }

    private bool IsComplete => _parametersReceived >= _totalParameters && _dataReceived >= _totalData;

    private static void Add(ref byte[] block, ref int received, ReadOnlyMemory<byte> part, int displacement, int total)
    {
        if (displacement + part.Length > total)
        {
            throw new MalformedMessageException($"A part of a transaction lies at {displacement} to {displacement + part.Length} of {total}");
        }

        if (block.Length < total)
        {
            Array.Resize(ref block, total);
        }

        part.Span.CopyTo(block.AsSpan(displacement));
        received += part.Length;
    }
}
