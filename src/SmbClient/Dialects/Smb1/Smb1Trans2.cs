using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb1;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>TRANSACTION2 on one tree: requests and responses of any number of messages, and the subcommands that a file API needs ([MS-CIFS] 2.2.6).</summary>
internal sealed class Smb1Trans2
{
    /// <summary>What we take of a response's data, in octets; servers send it in as many messages as their buffers need.</summary>
    private const ushort MaxDataCount = 0xFFFF;

    private const ushort MaxParameterCount = 32;

    private readonly Smb1Dialect _dialect;
    private readonly ClientTreeConnect _treeConnect;
    private readonly ushort _tid;

    public Smb1Trans2(Smb1Dialect dialect, ClientTreeConnect treeConnect, ushort tid)
    {
        _dialect = dialect;
        _treeConnect = treeConnect;
        _tid = tid;
    }

    /// <summary>How the server writes names in level data.</summary>
    public System.Text.Encoding Names => Strings.Encoding;

    /// <summary>True where the server has NTSTATUS; DOS errors are coarser.</summary>
    public bool HasNtStatus => (_dialect.Exchange.Flags2 & Smb1Flags2.NtStatus) != 0;

    private Smb1Strings Strings => _dialect.Exchange.Strings;

    /// <inheritdoc cref="Smb1Exchange.Decode"/>
    public T Decode<T>(ReadOnlyMemory<byte> octets, Func<ReadOnlyMemory<byte>, T> decode) => _dialect.Exchange.Decode(octets, decode);

    public async Task<FileState> QueryPathAsync(string path, CancellationToken cancellationToken)
    {
        QueryPathInfoParameters parameters = new() { Level = Smb1InformationLevels.QueryFileAllInfo, FileName = Smb1Tree.WirePath(path) };
        Trans2Result result = await SendAsync(Trans2Subcommand.QueryPathInformation, parameters, default, path, cancellationToken).ConfigureAwait(false);
        return _dialect.Exchange.Decode(result.Data, ReadAll);
    }

    public async Task<FileState> QueryFileAsync(ushort fid, string path, CancellationToken cancellationToken)
    {
        QueryFileInfoParameters parameters = new() { Fid = fid, Level = Smb1InformationLevels.QueryFileAllInfo };
        Trans2Result result = await SendAsync(Trans2Subcommand.QueryFileInformation, parameters, default, path, cancellationToken).ConfigureAwait(false);
        return _dialect.Exchange.Decode(result.Data, ReadAll);
    }

    public Task SetPathInfoAsync(string path, ushort level, byte[] data, CancellationToken cancellationToken) =>
        SendAsync(Trans2Subcommand.SetPathInformation, new SetPathInfoParameters { Level = level, FileName = Smb1Tree.WirePath(path) }, data, path, cancellationToken);

    public Task SetFileInfoAsync(ushort fid, string path, ushort level, byte[] data, CancellationToken cancellationToken) =>
        SendAsync(Trans2Subcommand.SetFileInformation, new SetFileInfoParameters { Fid = fid, Level = level }, data, path, cancellationToken);

    public async Task<SmbVolumeInfo> QueryVolumeAsync(CancellationToken cancellationToken)
    {
        Task<Trans2Result> volume = QueryFsAsync(Smb1InformationLevels.QueryFsVolumeInfo, cancellationToken);
        Task<Trans2Result> attribute = QueryFsAsync(Smb1InformationLevels.QueryFsAttributeInfo, cancellationToken);
        bool passThrough = _dialect.ServerCapabilities.HasFlag(Smb1Capabilities.InfoLevelPassThru);
        Task<Trans2Result> size = QueryFsAsync(passThrough ? Smb1InformationLevels.QueryFsFullSizePassThrough : Smb1InformationLevels.QueryFsSizeInfo, cancellationToken);
        await Task.WhenAll(volume, attribute, size).ConfigureAwait(false);
        ReadOnlyMemory<byte> attributeData = (await attribute.ConfigureAwait(false)).Data;
        ReadOnlyMemory<byte> sizeData = (await size.ConfigureAwait(false)).Data;
        return _dialect.Exchange.Decode((await volume.ConfigureAwait(false)).Data, data => Describe(data, attributeData, sizeData, passThrough));
    }

    /// <summary>Sends one subcommand; <see cref="NtStatus.NoMoreFiles"/> and <see cref="NtStatus.BufferOverflow"/> are answers, everything else but success is thrown.</summary>
    public async Task<Trans2Result> SendAsync<T>(Trans2Subcommand subcommand, T parameters, ReadOnlyMemory<byte> data, string? path, CancellationToken cancellationToken)
        where T : struct, ITrans2Parameters
    {
        byte[] buffer = new byte[parameters.MaxSize(Strings)];
        WireWriter writer = new(buffer);
        parameters.Write(ref writer, Strings);
        ReadOnlyMemory<byte> parameterBlock = buffer.AsMemory(0, writer.Position);
        bool again = false;
        while (true)
        {
            int signIns = _treeConnect.Session.SignIns;
            Trans2Result result = await SendOnceAsync(subcommand, parameterBlock, data, cancellationToken).ConfigureAwait(false);
            switch (result.Status)
            {
                case NtStatus.Success or NtStatus.NoMoreFiles or NtStatus.BufferOverflow:
                    return result;
                case NtStatus.NetworkSessionExpired when !again:
                    again = true;
                    await _dialect.ReauthenticateAsync(_treeConnect.Session, signIns, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    ClientDialect.Note(_treeConnect, result.Status);
                    throw new SmbStatusException(
                        result.Status,
                        subcommand.ToString(),
                        path is null ? null : $@"\\{_treeConnect.Connection.ServerName}\{_treeConnect.ShareName}\{path}",
                        _treeConnect.Connection.ServerName);
            }
        }
    }

    private static FileState ReadAll(ReadOnlyMemory<byte> data)
    {
        WireReader reader = new(data);
        QueryFileAllInfo all = QueryFileAllInfo.Read(ref reader);
        return FileTranslation.Describe(all.Basic, all.Standard);
    }

    private SmbVolumeInfo Describe(ReadOnlyMemory<byte> volumeData, ReadOnlyMemory<byte> attributeData, ReadOnlyMemory<byte> sizeData, bool fullSize)
    {
        WireReader volumeReader = new(volumeData);
        WireReader attributeReader = new(attributeData);
        WireReader sizeReader = new(sizeData);
        FsVolumeInformation volume = FsVolumeInformation.Read(ref volumeReader, Strings.Encoding);
        FsAttributeInformation attribute = FsAttributeInformation.Read(ref attributeReader, Strings.Encoding);
        FsFullSizeInformation size = fullSize ? FsFullSizeInformation.Read(ref sizeReader) : FsFullSizeInformation.ReadSize(ref sizeReader);
        return FileTranslation.Describe(volume, attribute, size);
    }

    private Task<Trans2Result> QueryFsAsync(ushort level, CancellationToken cancellationToken) =>
        SendAsync(Trans2Subcommand.QueryFsInformation, new QueryFsInfoParameters { Level = level }, default, "", cancellationToken);

    /// <summary>
    /// One transaction. What does not fit the server's buffer follows in secondary messages once the server has said, by its interim response,
    /// that it wants them ([MS-CIFS] 3.2.4.1.5). Secondary messages must not be torn apart by the sequence of others, which the one send loop ensures.
    /// </summary>
    private async Task<Trans2Result> SendOnceAsync(Trans2Subcommand subcommand, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Smb1Exchange exchange = _dialect.Exchange;
        int room = _dialect.ServerMaxBufferSize - TransactionRequest.Overhead;
        ReadOnlyMemory<byte> firstParameters = parameters.Slice(0, Math.Min(parameters.Length, room));
        ReadOnlyMemory<byte> firstData = data.Slice(0, Math.Min(data.Length, room - firstParameters.Length));
        TransactionRequest primary = new()
        {
            Command = Smb1Command.Transaction2,
            TotalParameterCount = (ushort)parameters.Length,
            TotalDataCount = (ushort)data.Length,
            MaxParameterCount = MaxParameterCount,
            MaxDataCount = MaxDataCount,
            Setup = (ushort)subcommand,
            Parameters = firstParameters,
            Data = firstData,
        };
        ushort uid = (ushort)_treeConnect.Session.SessionId;
        TransactionAssembler assembler = new(MaxParameterCount, MaxDataCount);
        bool inParts = firstParameters.Length < parameters.Length || firstData.Length < data.Length;
        MessageBuffer message = Smb1Exchange.Build(primary, exchange.Flags2, uid, _tid, Strings);
        Smb1TransactionRequest request = new(Smb1Command.Transaction2, message, assembler, Strings, inParts);
        Task<Smb1Response> answer = exchange.SendAsync(request, new Smb1Address { Uid = uid, Tid = _tid }, cancellationToken);
        if (inParts && await Task.WhenAny(request.Interim, answer).ConfigureAwait(false) == request.Interim && !answer.IsCompleted)
        {
            SendRest(request, uid, parameters, firstParameters.Length, data, firstData.Length, room);
        }

        using Smb1Response response = await answer.ConfigureAwait(false);
        return new Trans2Result(response.Status, assembler.Parameters, assembler.Data);
    }

    private void SendRest(Smb1TransactionRequest request, ushort uid, ReadOnlyMemory<byte> parameters, int parametersSent, ReadOnlyMemory<byte> data, int dataSent, int room)
    {
        while (parametersSent < parameters.Length || dataSent < data.Length)
        {
            int parameterCount = Math.Min(parameters.Length - parametersSent, room);
            int dataCount = Math.Min(data.Length - dataSent, room - parameterCount);
            TransactionSecondaryRequest secondary = new()
            {
                Command = Smb1Command.Transaction2Secondary,
                TotalParameterCount = (ushort)parameters.Length,
                TotalDataCount = (ushort)data.Length,
                ParameterDisplacement = (ushort)parametersSent,
                DataDisplacement = (ushort)dataSent,
                Parameters = parameters.Slice(parametersSent, parameterCount),
                Data = data.Slice(dataSent, dataCount),
                Fid = 0xFFFF,
            };
            MessageBuffer message = Smb1Exchange.Build(secondary, _dialect.Exchange.Flags2, uid, _tid, Strings);
            _dialect.Exchange.Post(new Smb1Request(Smb1Command.Transaction2Secondary, message, default) { BelongsTo = request });
            parametersSent += parameterCount;
            dataSent += dataCount;
        }
    }
}
