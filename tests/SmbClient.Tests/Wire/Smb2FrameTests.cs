using System;
using System.IO;
using System.Linq;
using System.Text;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Wire;

/// <summary>Frames that Samba and Windows sent, field by field, and written again as they were.</summary>
public class Smb2FrameTests
{
    [Fact]
    public void The_header_of_a_request()
    {
        Smb2Header header = Header("c2s SESSION_SETUP last");

        Assert.Equal(Smb2Command.SessionSetup, header.Command);
        Assert.Equal(1, header.CreditCharge);
        Assert.Equal(0x2000, header.Credits);
        Assert.Equal(3UL, header.MessageId);
        Assert.Equal(0xC7798BC2UL, header.SessionId);
        Assert.Equal(0u, header.TreeId);
        Assert.Equal((Smb2HeaderFlags)0x10, header.Flags);
        Assert.False(header.IsResponse || header.IsAsync || header.IsSigned);
    }

    [Fact]
    public void The_header_of_a_response()
    {
        Smb2Header header = Header("s2c SESSION_SETUP first");

        Assert.Equal(NtStatus.MoreProcessingRequired, header.NtStatus);
        Assert.True(header.IsResponse);
        Assert.Equal(0u, header.NextCommand);
        Assert.Equal(0xC7798BC2UL, header.SessionId);
        Assert.True(Header("s2c TREE_DISCONNECT").IsSigned);
        Assert.Equal(0xD7AADC7Eu, Header("s2c TREE_DISCONNECT").TreeId);
    }

    [Fact]
    public void The_header_of_asynchronous_messages_has_an_AsyncId()
    {
        foreach (string name in new[] { "s2c LOCK pending", "c2s CANCEL", "s2c LOCK cancelled" })
        {
            Smb2Header header = Header(name);

            Assert.True(header.IsAsync);
            Assert.Equal((0xAUL, 0u), (header.AsyncId, header.TreeId));
            Assert.Equal(0x4496D143UL, header.SessionId);
        }

        Assert.Equal(NtStatus.Pending, Header("s2c LOCK pending").NtStatus);
        Assert.Equal(NtStatus.Cancelled, Header("s2c LOCK cancelled").NtStatus);
        Assert.Equal(0, Read<ErrorResponse>("s2c LOCK cancelled", ErrorResponse.Read).ErrorData.Length);
        WrittenAgain<CancelBody>("c2s CANCEL", CancelBody.Read);
        WrittenAgain<ErrorResponse>("s2c LOCK cancelled", ErrorResponse.Read);
    }

    [Fact]
    public void Negotiate_request_of_Samba()
    {
        NegotiateRequest request = WrittenAgain<NegotiateRequest>("c2s NEGOTIATE", NegotiateRequest.Read);

        Assert.Equal([SmbDialect.Smb202, SmbDialect.Smb210, SmbDialect.Smb300, SmbDialect.Smb302, SmbDialect.Smb311], request.Dialects);
        Assert.Equal(Smb2SecurityMode.SigningEnabled | Smb2SecurityMode.SigningRequired, request.SecurityMode);
        Assert.Equal(0x7Fu, (uint)request.Capabilities);
        Assert.Equal([(ushort)1], request.Contexts.PreauthIntegrity!.HashAlgorithms);
        Assert.Equal(32, request.Contexts.PreauthIntegrity.Salt.Length);
        Assert.Equal([SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm, SmbCipher.Aes256Gcm, SmbCipher.Aes256Ccm], request.Contexts.Encryption);
        Assert.Equal([SmbSigningAlgorithm.AesGmac, SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.HmacSha256], request.Contexts.Signing);
        Assert.Equal("127.0.0.1", request.Contexts.Netname);
        Assert.Null(request.Contexts.Compression);
    }

    [Fact]
    public void Negotiate_response_of_Samba()
    {
        NegotiateResponse response = WrittenAgain<NegotiateResponse>("s2c NEGOTIATE", NegotiateResponse.Read);

        Assert.Equal((ushort)SmbDialect.Smb311, response.DialectRevision);
        Assert.Equal(Smb2SecurityMode.SigningEnabled, response.SecurityMode);
        Assert.Equal("specsrv", Encoding.ASCII.GetString(response.ServerGuid.ToByteArray()).TrimEnd('\0'));
        Assert.Equal((0x800000u, 0x800000u, 0x800000u), (response.MaxTransactSize, response.MaxReadSize, response.MaxWriteSize));
        Assert.Equal(Smb2Capabilities.Dfs | Smb2Capabilities.Leasing | Smb2Capabilities.LargeMtu, response.Capabilities);
        Assert.Equal(VectorFile.Ntlm["NegTokenInit2 hint, NTLM only"], response.SecurityBuffer.ToArray());
        Assert.Equal([SmbCipher.Aes128Gcm], response.Contexts.Encryption);
        Assert.Equal([SmbSigningAlgorithm.AesGmac], response.Contexts.Signing);
    }

    [Fact]
    public void Negotiate_of_Windows()
    {
        NegotiateRequest request = SameBody<NegotiateRequest>("Windows c2s NEGOTIATE", NegotiateRequest.Read);
        NegotiateResponse response = SameBody<NegotiateResponse>("Windows s2c NEGOTIATE", NegotiateResponse.Read);

        Assert.Equal([SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm], request.Contexts.Encryption);
        Assert.Null(request.Contexts.Netname);
        Assert.Equal(320, response.SecurityBuffer.Length);
        Assert.Equal([SmbCipher.Aes128Gcm], response.Contexts.Encryption);
        Assert.Null(response.Contexts.Signing);
    }

    [Fact]
    public void Session_setup_both_ways()
    {
        SessionSetupRequest first = WrittenAgain<SessionSetupRequest>("c2s SESSION_SETUP first", SessionSetupRequest.Read);
        SessionSetupResponse challenge = WrittenAgain<SessionSetupResponse>("s2c SESSION_SETUP first", SessionSetupResponse.Read);
        SessionSetupResponse success = WrittenAgain<SessionSetupResponse>("s2c SESSION_SETUP last", SessionSetupResponse.Read);

        Assert.Equal((0x60, 74), (first.SecurityBuffer.Span[0], first.SecurityBuffer.Length));
        Assert.Equal(Smb2SecurityMode.SigningEnabled | Smb2SecurityMode.SigningRequired, first.SecurityMode);
        Assert.Equal(Smb2Capabilities.Dfs, first.Capabilities);
        Assert.Equal((0xA1, 165), (challenge.SecurityBuffer.Span[0], challenge.SecurityBuffer.Length));
        Assert.Equal((Smb2SessionFlags.None, 29), (success.SessionFlags, success.SecurityBuffer.Length));
        WrittenAgain<SessionSetupRequest>("c2s SESSION_SETUP last", SessionSetupRequest.Read);
        SameBody<SessionSetupRequest>("Windows c2s SESSION_SETUP", SessionSetupRequest.Read);
        SameBody<SessionSetupResponse>("Windows s2c SESSION_SETUP", SessionSetupResponse.Read);
    }

    [Fact]
    public void Tree_connect_and_disconnect()
    {
        TreeConnectRequest request = WrittenAgain<TreeConnectRequest>("c2s TREE_CONNECT", TreeConnectRequest.Read);
        TreeConnectResponse response = WrittenAgain<TreeConnectResponse>("s2c TREE_CONNECT", TreeConnectResponse.Read);

        Assert.Equal(@"\\127.0.0.1\IPC$", request.Path);
        Assert.Equal(Smb2ShareType.Pipe, response.ShareType);
        Assert.Equal(0x001F00A9u, response.MaximalAccess);
        Assert.Equal((Smb2ShareFlags.ManualCaching, Smb2ShareCapabilities.None), (response.ShareFlags, response.Capabilities));
        WrittenAgain<TreeDisconnectBody>("c2s TREE_DISCONNECT", TreeDisconnectBody.Read);
        WrittenAgain<TreeDisconnectBody>("s2c TREE_DISCONNECT", TreeDisconnectBody.Read);
    }

    [Fact]
    public void Create_both_ways()
    {
        CreateRequest request = Read<CreateRequest>("c2s CREATE", CreateRequest.Read);
        CreateResponse response = WrittenAgain<CreateResponse>("s2c CREATE", CreateResponse.Read);

        Assert.Equal("", request.Name);
        Assert.Empty(request.Contexts);
        Assert.Equal((2u, Smb2OplockLevel.None), (request.ImpersonationLevel, request.RequestedOplockLevel));
        Assert.Equal(AccessMask.ReadAttributes | AccessMask.ReadData, request.DesiredAccess);
        Assert.Equal((CreateDisposition.Open, CreateOptions.DirectoryFile), (request.CreateDisposition, request.CreateOptions));
        Assert.Equal(ShareAccess.Read | ShareAccess.Write, request.ShareAccess);
        Assert.Equal(new FileId(0xD14B48D2, 0x2B98809F), response.FileId);
        Assert.Equal((CreateAction.Opened, FileAttributes.Directory), (response.CreateAction, response.FileAttributes));
        Assert.Empty(response.Contexts);

        // Samba sends one octet of buffer for the root, and we two, which is a character.
        byte[] frame = VectorFile.Smb2["c2s CREATE"];
        Assert.Equal([.. frame[Smb2Header.Size..], 0], Smb2Message.Encode(request)[Smb2Header.Size..]);
    }

    [Fact]
    public void Query_directory_both_ways()
    {
        QueryDirectoryRequest request = WrittenAgain<QueryDirectoryRequest>("c2s QUERY_DIRECTORY", QueryDirectoryRequest.Read);
        QueryDirectoryResponse response = WrittenAgain<QueryDirectoryResponse>("s2c QUERY_DIRECTORY", QueryDirectoryResponse.Read);
        DirectoryEntryReader entries = new(response.Output, Encoding.Unicode, (FileInformationClass)request.FileInformationClass);

        Assert.Equal((byte)FileInformationClass.IdBothDirectory, request.FileInformationClass);
        Assert.Equal(("*", 0x800000u), (request.Pattern, request.OutputBufferLength));
        Assert.True(entries.TryReadNext(out DirectoryEntry first));
        Assert.True(entries.TryReadNext(out DirectoryEntry second));
        Assert.True(entries.TryReadNext(out DirectoryEntry third));
        Assert.False(entries.TryReadNext(out _));
        Assert.Equal([".", "..", "hello.txt"], new[] { first, second, third }.Select(e => e.FileName));
        Assert.Equal([0xB780A3UL, 0xB78094UL, 0xB78268UL], new[] { first, second, third }.Select(e => e.FileId));
        Assert.Equal((10, 4096, ""), (third.EndOfFile, third.AllocationSize, third.ShortName));
        Assert.Equal(FileAttributes.Directory, first.FileAttributes);
        Assert.Equal(response.Output.ToArray(), Entries(FileInformationClass.IdBothDirectory, first, second, third));
    }

    [Fact]
    public void Close_both_ways()
    {
        CloseRequest request = WrittenAgain<CloseRequest>("c2s CLOSE", CloseRequest.Read);
        CloseResponse response = WrittenAgain<CloseResponse>("s2c CLOSE", CloseResponse.Read);

        Assert.Equal(new FileId(0xD14B48D2, 0x2B98809F), request.FileId);
        Assert.Equal(0, request.Flags);
        Assert.Equal(default, response);
    }

    [Fact]
    public void Query_info_both_ways()
    {
        QueryInfoRequest request = WrittenAgain<QueryInfoRequest>("c2s QUERY_INFO", QueryInfoRequest.Read);
        QueryInfoResponse response = WrittenAgain<QueryInfoResponse>("s2c QUERY_INFO", QueryInfoResponse.Read);
        WireReader reader = new(response.Output);
        FsFullSizeInformation size = FsFullSizeInformation.ReadSize(ref reader);

        Assert.Equal((Smb2InfoType.FileSystem, (byte)FsInformationClass.Size), (request.InfoType, request.FileInfoClass));
        Assert.Equal(0xFFFFu, request.OutputBufferLength);
        Assert.True(request.Input.IsEmpty);
        Assert.Equal((2u, 512u), (size.SectorsPerAllocationUnit, size.BytesPerSector));
    }

    [Fact]
    public void Write_both_ways()
    {
        WriteRequest request = Read<WriteRequest>("c2s WRITE", WriteRequest.Read);
        WriteResponse response = WrittenAgain<WriteResponse>("s2c WRITE", WriteResponse.Read);
        WriteRequest windows = Read<WriteRequest>("Windows c2s WRITE", WriteRequest.Read);

        Assert.Equal("vm\n", Encoding.ASCII.GetString(request.Data.Span));
        Assert.Equal((3u, 0UL, 0u), (request.Length, request.Offset, request.Flags));
        Assert.Equal(3u, response.Count);
        Assert.Equal("Smb3 encryption testing", Encoding.ASCII.GetString(windows.Data.Span));

        // The data follow the body on the wire.
        byte[] frame = VectorFile.Smb2["c2s WRITE"];
        byte[] message = [.. Smb2Message.Encode(request)[Smb2Header.Size..], .. request.Data.Span];
        Assert.Equal(frame[Smb2Header.Size..], message);
        SameBody<WriteResponse>("Windows s2c WRITE", WriteResponse.Read);
    }

    [Fact]
    public void Read_both_ways()
    {
        ReadRequest request = WrittenAgain<ReadRequest>("c2s READ", ReadRequest.Read);
        ReadResponse response = WrittenAgain<ReadResponse>("s2c READ", ReadResponse.Read);

        Assert.Equal((3u, 0UL, 0), (request.Length, request.Offset, request.Padding));
        Assert.Equal(new FileId(0x0513ABC4, 0x95CC3834), request.FileId);
        Assert.Equal("vm\n", Encoding.ASCII.GetString(response.Data.Span));
        Assert.Equal(0u, response.DataRemaining);
    }

    [Fact]
    public void The_header_of_an_encrypted_message()
    {
        byte[] frame = VectorFile.Smb2["Windows c2s encrypted WRITE"];
        WireReader reader = new(frame);
        Smb2TransformHeader header = Smb2TransformHeader.Read(ref reader);
        byte[] again = new byte[Smb2TransformHeader.Size];
        WireWriter w = new(again);
        header.Write(ref w);

        Assert.Equal((uint)VectorFile.Smb2["Windows c2s WRITE"].Length, header.OriginalMessageSize);
        Assert.Equal((uint)reader.Remaining, header.OriginalMessageSize);
        Assert.Equal((1, 0x0008E40014000011UL), (header.Flags, header.SessionId));
        Assert.Equal(frame[Smb2TransformHeader.SignaturePosition..Smb2TransformHeader.NoncePosition], header.Signature.ToArray());
        Assert.Equal(frame[Smb2TransformHeader.NoncePosition..Smb2TransformHeader.MessageSizePosition], header.Nonce.ToArray());
        Assert.Equal(frame[..Smb2TransformHeader.Size], again);
    }

    private static Smb2Header Header(string name) => Smb2Message.Header(VectorFile.Smb2[name]);

    private static T Read<T>(string name, Smb2Message.BodyReader<T> read)
        where T : struct, ISmb2Body =>
        Smb2Message.Decode(VectorFile.Smb2[name], read);

    /// <summary>The whole message but its signature.</summary>
    private static T WrittenAgain<T>(string name, Smb2Message.BodyReader<T> read)
        where T : struct, ISmb2Body
    {
        T body = Read(name, read);
        byte[] frame = VectorFile.Smb2[name];
        frame.AsSpan(Smb2Header.SignaturePosition, 16).Clear();
        Assert.Equal(frame, Smb2Message.Encode(body, Header(name)));
        return body;
    }

    /// <summary>The body; Windows writes a reserved field of the header, too.</summary>
    private static T SameBody<T>(string name, Smb2Message.BodyReader<T> read)
        where T : struct, ISmb2Body
    {
        T body = Read(name, read);
        Assert.Equal(VectorFile.Smb2[name][Smb2Header.Size..], Smb2Message.Encode(body)[Smb2Header.Size..]);
        return body;
    }

    private static byte[] Entries(FileInformationClass informationClass, params DirectoryEntry[] entries)
    {
        DirectoryEntryLayout layout = new(informationClass, Encoding.Unicode);
        byte[] list = new byte[entries.Sum(e => layout.Size(e))];
        WireWriter w = new(list);
        int previous = EntryList.None;
        foreach (DirectoryEntry entry in entries)
        {
            previous = layout.Write(ref w, previous, entry);
        }

        return list[..w.Position];
    }
}
