using System;
using System.Buffers.Binary;
using System.Linq;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Wire;

/// <summary>What the codecs of SMB2 take, refuse and send at the edges.</summary>
public class Smb2CodecTests
{
    private const int BodyPosition = Smb2Header.Size;
    private static readonly FileId SomeFile = new(1, 2);

    [Theory]
    [InlineData(0u, true)]
    [InlineData(64u, true)]
    [InlineData(72u, false)]
    [InlineData(56u, false)]
    [InlineData(65u, false)]
    [InlineData(0xFFFFFFF8u, false)]
    public void The_next_command_lies_within_the_message(uint nextCommand, bool good)
    {
        byte[] message = Smb2Message.Encode(default(EchoBody), new Smb2Header { NextCommand = nextCommand });

        if (good)
        {
            Assert.Equal(nextCommand, Smb2Message.Header(message).NextCommand);
        }
        else
        {
            Assert.Throws<MalformedMessageException>(() => Smb2Message.Header(message));
        }
    }

    [Fact]
    public void Messages_of_another_family_are_refused()
    {
        Assert.Throws<MalformedMessageException>(() => Smb2Message.Header(VectorFile.Smb1["SMB1 c2s NEGOTIATE"]));
        Assert.Throws<MalformedMessageException>(() => Smb2Message.Header(VectorFile.Smb2["Windows c2s encrypted WRITE"]));
    }

    [Fact]
    public void An_encrypted_message_is_not_longer_than_what_came()
    {
        byte[] frame = VectorFile.Smb2["Windows c2s encrypted WRITE"];
        frame[Smb2TransformHeader.MessageSizePosition]++;

        Assert.Throws<MalformedMessageException>(() =>
        {
            WireReader reader = new(frame);
            Smb2TransformHeader.Read(ref reader);
        });
    }

    [Fact]
    public void The_offset_of_an_empty_buffer_means_nothing()
    {
        byte[] message = Smb2Message.Encode(new SessionSetupResponse { SecurityBuffer = default });
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(BodyPosition + 4), 0xFFFF);

        Assert.True(Smb2Message.Decode(message, SessionSetupResponse.Read).SecurityBuffer.IsEmpty);
    }

    [Theory]
    [InlineData(79)]
    [InlineData(82)]
    public void The_data_of_a_read_lies_behind_the_fixed_part_and_within_the_message(byte offset)
    {
        byte[] message = Smb2Message.Encode(new ReadResponse { Data = new byte[] { 1, 2, 3 } });
        message[BodyPosition + 2] = offset;

        Assert.Throws<MalformedMessageException>(() => Smb2Message.Decode(message, ReadResponse.Read));
    }

    [Fact]
    public void The_data_of_a_read_may_lie_anywhere_behind_the_fixed_part()
    {
        byte[] message = Smb2Message.Encode(new ReadResponse { Data = new byte[] { 1, 2, 3 } });
        message[BodyPosition + 2] = ReadResponse.StandardDataOffset + 1;
        message[BodyPosition + 4] = 2;

        Assert.Equal([2, 3], Smb2Message.Decode(message, ReadResponse.Read).Data.ToArray());
    }

    [Fact]
    public void One_octet_is_sent_where_a_request_has_no_buffer()
    {
        Assert.Equal(49, BodySize(new ReadRequest { Length = 1, FileId = SomeFile }));
        Assert.Equal(57, BodySize(new IoctlRequest { CtlCode = 1, FileId = SomeFile, MaxOutputResponse = 1 }));
        Assert.Equal(41, BodySize(new QueryInfoRequest { InfoType = Smb2InfoType.File, OutputBufferLength = 1, FileId = SomeFile }));
        Assert.Equal(33, BodySize(new SetInfoRequest { InfoType = Smb2InfoType.File, FileId = SomeFile, Data = default }));
        Assert.Equal(33, BodySize(new QueryDirectoryRequest { FileInformationClass = 1, FileId = SomeFile, Pattern = "", OutputBufferLength = 1 }));
        Assert.Equal(25, BodySize(new SessionSetupRequest { SecurityMode = Smb2SecurityMode.None, SecurityBuffer = default }));
        Assert.Equal(9, BodySize(default(ErrorResponse)));
    }

    [Fact]
    public void The_root_of_a_share_is_opened_by_an_empty_name()
    {
        CreateRequest request = new() { DesiredAccess = AccessMask.ReadData, ShareAccess = ShareAccess.Read, CreateDisposition = CreateDisposition.Open, Name = "" };

        Assert.Equal(58, BodySize(request));
        Assert.Equal(56 + 24, BodySize(request with { Contexts = [QueryOnDiskIdResponse.Request] }));
    }

    [Fact]
    public void Create_contexts_are_found_by_name()
    {
        CreateContext[] contexts = [QueryOnDiskIdResponse.Request, new TimewarpToken(7).Encode()];

        Assert.Equal(7, TimewarpToken.Decode(CreateContext.Find(contexts, CreateContextName.TimewarpToken)!.Value).Timestamp);
        Assert.Null(CreateContext.Find(contexts, CreateContextName.Lease));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 8)]
    [InlineData(0, 400)]
    public void Create_contexts_lie_within_their_list(int first, uint next)
    {
        byte[] list = new byte[48];
        BinaryPrimitives.WriteUInt32LittleEndian(list.AsSpan(first), next);
        list[first + 4] = 16;

        Assert.Throws<MalformedMessageException>(() => CreateContext.ReadList(list.AsMemory(first)));
    }

    [Fact]
    public void A_lease_has_one_of_two_sizes()
    {
        Assert.False(LeaseContext.Decode(new CreateContext(CreateContextName.Lease, new byte[32])).IsV2);
        Assert.True(LeaseContext.Decode(new CreateContext(CreateContextName.Lease, new byte[52])).IsV2);
        Assert.Throws<MalformedMessageException>(() => LeaseContext.Decode(new CreateContext(CreateContextName.Lease, new byte[40])));
    }

    [Fact]
    public void Negotiate_contexts_are_read_with_3_1_1_only()
    {
        NegotiateResponse response = Response(new Smb2NegotiateContexts { Encryption = [SmbCipher.Aes128Gcm] }, SmbDialect.Smb302);

        Assert.Equal(default, response.Contexts);
    }

    [Fact]
    public void Pre_authentication_integrity_is_never_missing() =>
        Assert.Throws<MalformedMessageException>(() => Response(new Smb2NegotiateContexts { Encryption = [SmbCipher.Aes128Gcm] }));

    [Fact]
    public void A_negotiate_context_without_identifiers_is_refused()
    {
        Smb2NegotiateContexts contexts = new() { PreauthIntegrity = new Smb2PreauthIntegrity([1], new byte[32]) };

        Assert.Throws<MalformedMessageException>(() => Response(new Smb2NegotiateContexts { PreauthIntegrity = new Smb2PreauthIntegrity([], new byte[32]) }));
        Assert.Throws<MalformedMessageException>(() => Response(contexts with { Encryption = [] }));
        Assert.Throws<MalformedMessageException>(() => Response(contexts with { Signing = [] }));
        Assert.Throws<MalformedMessageException>(() => Response(contexts with { Compression = new Smb2Compression([], 0) }));
    }

    [Theory]
    [InlineData((ushort)1, false)]
    [InlineData((ushort)2, true)]
    [InlineData((ushort)0x100, true)]
    public void Two_negotiate_contexts_of_one_type_are_refused_and_unknown_ones_skipped(ushort type, bool good)
    {
        // The second context, of the ciphers, becomes one of another type.
        byte[] frame = VectorFile.Smb2["Windows s2c NEGOTIATE"];
        int second = frame.Length - 12;
        Assert.Equal(2, frame[second]);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(second), type);

        if (good)
        {
            Assert.Equal(type == 2, Smb2Message.Decode(frame, NegotiateResponse.Read).Contexts.Encryption is not null);
        }
        else
        {
            Assert.Throws<MalformedMessageException>(() => Smb2Message.Decode(frame, NegotiateResponse.Read));
        }
    }

    [Theory]
    [InlineData(0, (byte)3)]
    [InlineData(2, (byte)3)]
    [InlineData(8, (byte)2)]
    public void Negotiate_contexts_hold_what_they_count(int position, byte value)
    {
        // The last context: type, DataLength, reserved, CipherCount, one cipher.
        byte[] frame = VectorFile.Smb2["Windows s2c NEGOTIATE"];
        frame[frame.Length - 12 + position] = value;

        Assert.Throws<MalformedMessageException>(() => Smb2Message.Decode(frame, NegotiateResponse.Read));
    }

    [Fact]
    public void A_plain_error_has_one_context()
    {
        ErrorContext context = new ErrorResponse { ErrorData = new byte[] { 1, 2, 3, 4 } }.ReadContexts().Single();

        Assert.Equal(ErrorContext.Default, context.ErrorId);
        Assert.Equal([1, 2, 3, 4], context.Data.ToArray());
        Assert.Empty(default(ErrorResponse).ReadContexts());
    }

    [Fact]
    public void Error_contexts_are_aligned()
    {
        byte[] data = [1, 0, 0, 0, 0x53, 0x52, 0x64, 0x72, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 8];
        ErrorContext[] contexts = [.. new ErrorResponse { ErrorContextCount = 2, ErrorData = data }.ReadContexts()];

        Assert.Equal((ErrorContext.ShareRedirect, 9), (contexts[0].ErrorId, contexts[0].Data.Span[0]));
        Assert.Equal([7, 8], contexts[1].Data.ToArray());
        Assert.Throws<MalformedMessageException>(() => new ErrorResponse { ErrorContextCount = 3, ErrorData = data }.ReadContexts());
        Assert.Throws<MalformedMessageException>(() => new ErrorResponse { ErrorContextCount = 200, ErrorData = data }.ReadContexts());
    }

    [Fact]
    public void The_name_in_FileAllInformation_may_be_cut()
    {
        byte[] data = [.. new byte[96], 100, 0, 0, 0, 65, 0, 66, 0, 67];
        WireReader reader = new(data);

        Assert.Equal("AB", FileAllInformation.Read(ref reader).FileName);
    }

    [Fact]
    public void A_rename_is_padded_to_what_servers_want()
    {
        Assert.Equal(24, new FileRenameInformation { FileName = "a" }.Size);
        Assert.Equal(26, new FileRenameInformation { FileName = "a.t" }.Size);
    }

    private static int BodySize<T>(T body)
        where T : struct, ISmb2Body =>
        Smb2Message.Encode(body).Length - Smb2Header.Size;

    private static NegotiateResponse Response(Smb2NegotiateContexts contexts, SmbDialect dialect = SmbDialect.Smb311)
    {
        NegotiateResponse response = new()
        {
            SecurityMode = Smb2SecurityMode.SigningEnabled,
            DialectRevision = (ushort)dialect,
            MaxTransactSize = 1,
            MaxReadSize = 2,
            MaxWriteSize = 3,
            Contexts = contexts,
        };
        return Smb2Message.Decode(Smb2Message.Encode(response), NegotiateResponse.Read);
    }
}
