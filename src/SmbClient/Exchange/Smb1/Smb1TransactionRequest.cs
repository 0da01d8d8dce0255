using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Exchange.Smb1;

/// <summary>A transaction: its answer may come in several messages, and its own request may need several.</summary>
internal sealed class Smb1TransactionRequest : Smb1Request
{
    private readonly TransactionAssembler _assembler;
    private readonly Smb1Strings _strings;
    private readonly TaskCompletionSource<bool> _interim = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _awaitsInterim;

    public Smb1TransactionRequest(Smb1Command command, MessageBuffer message, TransactionAssembler assembler, Smb1Strings strings, bool awaitsInterim)
        : base(command, message, default)
    {
        _assembler = assembler;
        _strings = strings;
        _awaitsInterim = awaitsInterim;
        if (!awaitsInterim)
        {
            _interim.TrySetResult(true);
        }
    }

    /// <summary>Completes when the server wants the rest of a request that did not fit one message.</summary>
    public Task Interim => _interim.Task;

    public override bool Accept(in Smb1Header header, MessageBuffer message)
    {
        WireReader reader = new(message.Memory);
        reader.Skip(Smb1Header.Size);
        if (TransactionResponse.IsEmpty(reader))
        {
            // No words and no octets: an error, or the interim response of a request in parts.
            bool isInterim = _awaitsInterim && header.NtStatus == NtStatus.Success;
            _awaitsInterim = false;
            _interim.TrySetResult(true);
            return !isInterim;
        }

        _interim.TrySetResult(true);
        TransactionResponse part = TransactionResponse.Read(ref reader, _strings);
        return _assembler.Add(part);
    }
}
