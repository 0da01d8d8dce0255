using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Server.Pipes.Rpc;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Pipes;

/// <summary>
/// An open pipe in message mode: what is written goes to an RPC connection, and each PDU that comes of it is one message to be read. A read that is too
/// short for its message gets the first part and <see cref="NtStatus.BufferOverflow"/>; the rest is there for the next.
/// </summary>
/// <remarks>
/// Answers are there when the write returns. So there is nothing to wait for: a read of an empty pipe is answered with
/// <see cref="NtStatus.PipeEmpty"/> at once, where Windows would keep it until something comes.
/// </remarks>
internal sealed class PipeOpen : ServerOpen
{
    private const int PeekHeaderSize = 16;
    private const uint Connected = 3;                   // FILE_PIPE_CONNECTED_STATE

    private readonly Lock _lock = new();
    private readonly PipeMessages _messages = new();
    private readonly RpcConnection _connection;

    private bool _isBroken;
    private bool _isClosed;

    public PipeOpen(string name, RpcInterface served, AccessMask grantedAccess)
    {
        _connection = new RpcConnection(served, _messages);
        Path = name;
        GrantedAccess = grantedAccess;
    }

    public override string Path { get; }

    public override AccessMask GrantedAccess { get; }

    public override bool IsDirectory => false;

    /// <summary>Reads of one message; the offset means nothing.</summary>
    public override ValueTask<(NtStatus Status, int Count)> ReadAsync(long offset, Memory<byte> destination, uint owner, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new ValueTask<(NtStatus, int)>((GrantedAccess & AccessMask.ReadData) == 0 ? (NtStatus.AccessDenied, 0) : Read(destination.Span));
        }
    }

    public override ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, bool writeThrough, uint owner, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new ValueTask<NtStatus>(Write(source.Span));
        }
    }

    public override ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken) => new(NtStatus.Success);

    public override ValueTask<QueryOutcome> ControlAsync(FsControlCode code, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new ValueTask<QueryOutcome>(code switch
            {
                FsControlCode.PipeTransceive => Transceive(input.Span, maxOutput),
                FsControlCode.PipePeek => Peek(maxOutput),
                FsControlCode.PipeWait => new QueryOutcome(PipeTree.Wait(input)),
                _ => new QueryOutcome(NtStatus.InvalidDeviceRequest),
            });
        }
    }

    /// <summary>FileStandardInformation, FilePipeInformation and FilePipeLocalInformation, [MS-FSCC] 2.4.37 and 2.4.38: what clients ask of pipes.</summary>
    public override ValueTask<QueryOutcome> QueryInformationAsync(FileInformationClass informationClass, int maxOutput, CancellationToken cancellationToken)
    {
        byte[] output = new byte[40];
        var w = new WireWriter(output);
        switch (informationClass)
        {
            case FileInformationClass.Standard:
                new FileStandardInformation { AllocationSize = RpcConnection.MaxFragment, NumberOfLinks = 1, DeletePending = true }.Write(ref w);
                break;

            case FileInformationClass.Pipe:
                w.UInt32(1);                            // ReadMode: messages
                w.UInt32(0);                            // CompletionMode: queued
                break;

            case FileInformationClass.PipeLocal:
                w.UInt32(1);                            // NamedPipeType: messages
                w.UInt32(2);                            // NamedPipeConfiguration: both ways
                w.UInt32(uint.MaxValue);                // MaximumInstances
                w.UInt32(1);                            // CurrentInstances
                w.UInt32(PipeMessages.Limit);                    // InboundQuota
                w.UInt32((uint)_messages.Octets);               // ReadDataAvailable
                w.UInt32(PipeMessages.Limit);                    // OutboundQuota
                w.UInt32(PipeMessages.Limit);                    // WriteQuotaAvailable
                w.UInt32(Connected);
                w.UInt32(0);                            // NamedPipeEnd: the client's
                break;

            default:
                return new ValueTask<QueryOutcome>(new QueryOutcome(NtStatus.InvalidInfoClass));
        }

        return new ValueTask<QueryOutcome>(w.Position > maxOutput
            ? new QueryOutcome(NtStatus.InfoLengthMismatch)
            : new QueryOutcome(NtStatus.Success, output.AsMemory(0, w.Position)));
    }

    /// <summary>FilePipeInformation: clients ask for messages, and that is what they get.</summary>
    public override ValueTask<NtStatus> SetInformationAsync(FileInformationClass informationClass, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        new(informationClass != FileInformationClass.Pipe ? NtStatus.InvalidInfoClass
            : input.Length < 8 ? NtStatus.InfoLengthMismatch
            : NtStatus.Success);

    public override ValueTask CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            _messages.Clear();
        }

        return default;
    }

    private (NtStatus Status, int Count) Read(Span<byte> destination)
    {
        if (_isClosed)
        {
            return (NtStatus.PipeClosing, 0);
        }

        if (_messages.Count == 0)
        {
            return (_isBroken ? NtStatus.PipeDisconnected : NtStatus.PipeEmpty, 0);
        }

        ReadOnlySpan<byte> rest = _messages.First;
        int count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        NtStatus status = count < rest.Length ? NtStatus.BufferOverflow : NtStatus.Success;
        _messages.Consume(count);
        return (status, count);
    }

    private NtStatus Write(ReadOnlySpan<byte> source)
    {
        if ((GrantedAccess & (AccessMask.WriteData | AccessMask.AppendData)) == 0)
        {
            return NtStatus.AccessDenied;
        }

        if (_isClosed)
        {
            return NtStatus.PipeClosing;
        }

        if (_isBroken)
        {
            return NtStatus.PipeDisconnected;
        }

        if (_messages.IsFull)
        {
            return NtStatus.InsufficientResources;
        }

        _isBroken = !_connection.Receive(source);
        return NtStatus.Success;                        // a client that broke the protocol reads why
    }

    /// <summary>FSCTL_PIPE_TRANSCEIVE, [MS-FSCC] 2.3.47: writes a message and reads the answer.</summary>
    private QueryOutcome Transceive(ReadOnlySpan<byte> input, int maxOutput)
    {
        if ((GrantedAccess & AccessMask.ReadData) == 0)
        {
            return new QueryOutcome(NtStatus.AccessDenied);
        }

        if (_messages.Count > 0)
        {
            return new QueryOutcome(NtStatus.PipeBusy); // something unread would be taken for the answer
        }

        NtStatus status = Write(input);
        if (status != NtStatus.Success)
        {
            return new QueryOutcome(status);
        }

        byte[] output = new byte[Math.Min(maxOutput, _messages.First.Length)];
        (status, int count) = Read(output);
        return new QueryOutcome(status, output.AsMemory(0, count));
    }

    /// <summary>FSCTL_PIPE_PEEK, [MS-FSCC] 2.3.45 and 2.3.46: what would be read, which stays.</summary>
    private QueryOutcome Peek(int maxOutput)
    {
        if (maxOutput < PeekHeaderSize)
        {
            return new QueryOutcome(NtStatus.BufferTooSmall);
        }

        ReadOnlySpan<byte> rest = _messages.First;
        int shown = Math.Min(rest.Length, maxOutput - PeekHeaderSize);
        byte[] output = new byte[PeekHeaderSize + shown];
        var w = new WireWriter(output);
        w.UInt32(Connected);
        w.UInt32((uint)_messages.Octets);                       // ReadDataAvailable
        w.UInt32((uint)_messages.Count);                // NumberOfMessages
        w.UInt32((uint)rest.Length);                    // MessageLength
        w.Bytes(rest[..shown]);
        return new QueryOutcome(shown < rest.Length ? NtStatus.BufferOverflow : NtStatus.Success, output);
    }
}
