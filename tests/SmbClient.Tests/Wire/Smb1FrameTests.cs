using System;
using System.Linq;
using System.Text;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Wire;

/// <summary>Frames that Samba sent, field by field.</summary>
public class Smb1FrameTests
{
    private static readonly Smb1Strings Unicode = new(unicode: true, Encoding.Latin1);

    private delegate T BodyReader<T>(ref WireReader reader, in Smb1Strings strings);

    [Fact]
    public void Negotiate_request()
    {
        NegotiateRequest request = Read<NegotiateRequest>("SMB1 c2s NEGOTIATE", NegotiateRequest.Read, out Smb1Header header);

        Assert.Equal(Smb1Command.Negotiate, header.Command);
        Assert.Equal(8, request.Dialects.Count);
        Assert.Equal("NT LM 0.12", request.Dialects[^1]);
    }

    [Fact]
    public void Negotiate_response_with_extended_security()
    {
        NegotiateResponse response = Read<NegotiateResponse>("SMB1 s2c NEGOTIATE", NegotiateResponse.Read, out Smb1Header header);

        Assert.Equal(NtStatus.Success, header.NtStatus);
        Assert.Equal(6, response.DialectIndex);
        Assert.Equal(Smb1SecurityMode.UserLevel | Smb1SecurityMode.EncryptPasswords | Smb1SecurityMode.SignaturesEnabled, response.SecurityMode);
        Assert.Equal(50, response.MaxMpxCount);
        Assert.Equal(16644u, response.MaxBufferSize);
        Assert.Equal(0x8080F3FCu, (uint)response.Capabilities);
        Assert.Equal("specsrv", Encoding.ASCII.GetString(response.ServerGuid.ToByteArray()).TrimEnd('\0'));
        Assert.Equal(VectorFile.Ntlm["NegTokenInit2 hint, NTLM only"], response.SecurityBlob.ToArray());
        Assert.True(response.Challenge.IsEmpty);
    }

    [Fact]
    public void Negotiate_response_without_extended_security()
    {
        NegotiateResponse response = Read<NegotiateResponse>("SMB1 non-extended s2c NEGOTIATE", NegotiateResponse.Read, out _);

        Assert.Equal(VectorFile.Smb1["challenge of that session"], response.Challenge.ToArray());
        Assert.Equal("SPECWG", response.DomainName);
        Assert.Equal("SPECSRV", response.ServerName);
        Assert.True(response.SecurityBlob.IsEmpty);
    }

    [Fact]
    public void Session_setup_both_ways_without_extended_security()
    {
        SessionSetupRequest request = Read<SessionSetupRequest>("SMB1 non-extended c2s SESSION_SETUP", SessionSetupRequest.Read, out _);
        SessionSetupResponse response = Read<SessionSetupResponse>("SMB1 non-extended s2c SESSION_SETUP", SessionSetupResponse.Read, out Smb1Header header);

        Assert.Equal("specuser", request.AccountName);
        Assert.Equal("SPECWG", request.PrimaryDomain);
        Assert.Equal(VectorFile.Smb1["NTLMv1 response"], request.UnicodePassword.ToArray());
        Assert.Equal("Unix", request.NativeOs);
        Assert.Equal("Samba", request.NativeLanMan);
        Assert.Equal(0, response.Action);
        Assert.Equal("SPECWG", response.PrimaryDomain);
        Assert.NotEqual(0, header.Uid);
    }

    [Fact]
    public void Session_setup_response_with_extended_security()
    {
        SessionSetupExtendedResponse response = Read<SessionSetupExtendedResponse>("s2c cmd 0x73 seq 1", SessionSetupExtendedResponse.Read, out _);

        Assert.Equal(0xA1, response.SecurityBlob.Span[0]);
        Assert.Equal(29, response.SecurityBlob.Length);
        Assert.Equal("Windows 6.1", response.NativeOs);
        Assert.Equal("Samba 4.17.12-Debian", response.NativeLanMan);
    }

    [Fact]
    public void Tree_connect_both_ways()
    {
        TreeConnectRequest request = Read<TreeConnectRequest>("c2s cmd 0x75 seq 2", TreeConnectRequest.Read, out _);
        TreeConnectResponse response = Read<TreeConnectResponse>("s2c cmd 0x75 seq 3", TreeConnectResponse.Read, out Smb1Header header);

        Assert.Equal(@"\\127.0.0.1\IPC$", request.Path);
        Assert.Equal("IPC", request.Service);
        Assert.Equal(0x000C, request.Flags);
        Assert.Equal("IPC", response.Service);
        Assert.Equal(0x0021, response.OptionalSupport);
        Assert.Equal(0x000001FFu, response.MaximalShareAccessRights);
        Assert.NotEqual(Smb1Header.NoTid, header.Tid);
    }

    [Fact]
    public void Create_both_ways()
    {
        NtCreateRequest request = Read<NtCreateRequest>("SMB1 c2s NT_CREATE seq 14", NtCreateRequest.Read, out _);
        NtCreateResponse response = Read<NtCreateResponse>("SMB1 s2c NT_CREATE seq 15", NtCreateResponse.Read, out _);

        Assert.Equal(@"\hello.txt", request.FileName);
        Assert.Equal(CreateDisposition.Open, request.CreateDisposition);
        Assert.Equal(CreateOptions.NonDirectoryFile, request.CreateOptions);
        Assert.Equal(0x16F3, response.Fid);
        Assert.Equal(CreateAction.Opened, response.CreateAction);
        Assert.Equal(10UL, response.EndOfFile);
        Assert.False(response.IsDirectory);
    }

    [Fact]
    public void Read_and_close()
    {
        ReadRequest request = Read<ReadRequest>("SMB1 c2s READ seq 18", ReadRequest.Read, out _);
        ReadResponse response = Read<ReadResponse>("SMB1 s2c READ seq 19", ReadResponse.Read, out _);
        CloseRequest close = Read<CloseRequest>("SMB1 c2s CLOSE seq 20", CloseRequest.Read, out _);

        Assert.Equal(0x16F3, request.Fid);
        Assert.Equal(10u, request.MaxCount);
        Assert.Equal("hello smb\n", Encoding.ASCII.GetString(response.Data.Span));
        Assert.Equal(0x16F3, close.Fid);
    }

    [Fact]
    public void Find_first()
    {
        WireReader reader = ReaderOf("SMB1 c2s TRANSACTION2 sub 0001 seq 10", out _);
        TransactionRequest request = TransactionRequest.Read(Smb1Command.Transaction2, ref reader, Unicode);
        WireReader parameterReader = new(request.Parameters);
        FindFirst2Parameters parameters = FindFirst2Parameters.Read(ref parameterReader, Unicode);
        TransactionResponse response = Read<TransactionResponse>("SMB1 s2c TRANSACTION2 sub 0001 seq 11", TransactionResponse.Read, out _);
        WireReader responseReader = new(response.Parameters);
        FindFirst2ResponseParameters found = FindFirst2ResponseParameters.Read(ref responseReader);
        DirectoryEntryReader entries = new(response.Data, Encoding.Unicode);

        Assert.Equal((ushort)Trans2Subcommand.FindFirst2, request.Setup);
        Assert.Equal(@"\*", parameters.FileName);
        Assert.Equal(Smb1InformationLevels.FindFileBothDirectoryInfo, parameters.Level);
        Assert.Equal((3, true), (found.SearchCount, found.EndOfSearch));
        Assert.True(entries.TryReadNext(out DirectoryEntry first));
        Assert.True(entries.TryReadNext(out DirectoryEntry second));
        Assert.True(entries.TryReadNext(out DirectoryEntry third));
        Assert.False(entries.TryReadNext(out _));
        Assert.Equal([".", "..", "hello.txt"], new[] { first, second, third }.Select(e => e.FileName));
        Assert.Equal(10, third.EndOfFile);
        Assert.Equal(System.IO.FileAttributes.Directory, first.FileAttributes);
    }

    [Fact]
    public void Query_file_information()
    {
        TransactionResponse response = Read<TransactionResponse>("SMB1 s2c TRANSACTION2 sub 0007 seq 17", TransactionResponse.Read, out _);
        WireReader reader = new(response.Data);
        QueryFileAllInfo all = QueryFileAllInfo.Read(ref reader);

        Assert.Equal(10, all.Standard.EndOfFile);
        Assert.Equal(4096, all.Standard.AllocationSize);
        Assert.Equal(1u, all.Standard.NumberOfLinks);
        Assert.False(all.Standard.Directory);
    }

    [Theory]
    [InlineData(0x00020001u, NtStatus.ObjectNameNotFound)]
    [InlineData(0x00050001u, NtStatus.AccessDenied)]
    [InlineData(0x00020002u, NtStatus.LogonFailure)]
    [InlineData(0x005B0002u, NtStatus.SmbBadUid)]
    [InlineData(0x00270003u, NtStatus.DiskFull)]
    [InlineData(0x12340001u, (NtStatus)0x12340001)]
    [InlineData(0u, NtStatus.Success)]
    public void Dos_errors_become_statuses(uint status, NtStatus expected) =>
        Assert.Equal(expected, new Smb1Header { Status = status }.NtStatus);

    private static WireReader ReaderOf(string name, out Smb1Header header)
    {
        WireReader reader = new(VectorFile.Smb1[name]);
        header = Smb1Header.Read(ref reader);
        return reader;
    }

    private static T Read<T>(string name, BodyReader<T> body, out Smb1Header header)
    {
        WireReader reader = ReaderOf(name, out header);
        return body(ref reader, Unicode);
    }
}
