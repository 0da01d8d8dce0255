using System;
using System.Collections.Generic;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>What a transaction is answered with, before it is cut into messages.</summary>
/// <param name="Status">An error goes without blocks, but for <see cref="NtStatus.BufferTooSmall"/>.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Data">Its data.</param>
/// <param name="Setup">Its setup words.</param>
internal readonly record struct Smb1TransactionResult(
    NtStatus Status, ReadOnlyMemory<byte> Parameters = default, ReadOnlyMemory<byte> Data = default, ReadOnlyMemory<byte> Setup = default)
{
    private const uint SeverityMask = 0xC0000000;
    private const int SmallestMessage = 512;
    private const int AroundBlocks = Smb1Header.Size + 64;

    private bool HasBlocks => ((uint)Status & SeverityMask) != SeverityMask || Status == NtStatus.BufferTooSmall;

    /// <summary>As messages that the client has room for, with no more than it asked for ([MS-CIFS] 3.3.5.57.1).</summary>
    public Smb1Reply ToReply(Smb1Transaction transaction, int clientMaxBufferSize)
    {
        if (!HasBlocks)
        {
            return Smb1Reply.Bare(Status);
        }

        ReadOnlyMemory<byte> parameters = Parameters[..Math.Min(Parameters.Length, transaction.MaxParameters)];
        ReadOnlyMemory<byte> data = Data[..Math.Min(Data.Length, transaction.MaxData)];
        NtStatus status = data.Length < Data.Length && Status == NtStatus.Success ? NtStatus.BufferOverflow : Status;
        int room = Math.Clamp(clientMaxBufferSize, SmallestMessage, ushort.MaxValue) - AroundBlocks;
        List<ISmb1Body> parts = [];
        int parametersSent = 0;
        int dataSent = 0;
        do
        {
            int parameterCount = Math.Min(parameters.Length - parametersSent, room);
            int dataCount = Math.Min(data.Length - dataSent, room - parameterCount);
            parts.Add(Part(
                transaction.First.Command, (ushort)parameters.Length, (ushort)data.Length,
                parameters.Slice(parametersSent, parameterCount), (ushort)parametersSent, data.Slice(dataSent, dataCount), (ushort)dataSent));
            parametersSent += parameterCount;
            dataSent += dataCount;
        }
        while (parametersSent < parameters.Length || dataSent < data.Length);

        return Smb1Reply.Of(parts, status);
    }

    private ISmb1Body Part(
        Smb1Command command, ushort totalParameters, ushort totalData, ReadOnlyMemory<byte> parameters, ushort parametersAt, ReadOnlyMemory<byte> data, ushort dataAt) =>
        command == Smb1Command.NtTransact
            ? new NtTransactResponse
            {
                TotalParameterCount = totalParameters,
                TotalDataCount = totalData,
                Parameters = parameters,
                ParameterDisplacement = parametersAt,
                Data = data,
                DataDisplacement = dataAt,
                Setup = Setup,
            }
            : new TransactionResponse
            {
                TotalParameterCount = totalParameters,
                TotalDataCount = totalData,
                Parameters = parameters,
                ParameterDisplacement = parametersAt,
                Data = data,
                DataDisplacement = dataAt,
            };
}
