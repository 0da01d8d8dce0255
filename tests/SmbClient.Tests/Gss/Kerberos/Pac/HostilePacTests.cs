using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos.Pac;
using SmbClient.Tests.Properties;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos.Pac;

/// <summary>Whatever comes in place of a PAC, the decoder gives one or refuses, and takes no more memory than what came is worth.</summary>
public class HostilePacTests
{
    private static readonly byte[] Sid = [.. LogonInfoData.Domain];

    private static readonly Dictionary<string, byte[]> Refused = new()
    {
        ["no octet"] = [],
        ["another version"] = Change(PacData.Of(), 4, 1),
        ["a buffer that is not there"] = Change(PacData.Of(), 0, 1),
        ["65 buffers"] = PacData.Of([.. Enumerable.Repeat<(uint, byte[])>((99, []), 65)]),
        ["buffers without number"] = Change(PacData.Of(), 0, uint.MaxValue),
        ["a buffer beyond the end"] = Change(PacData.Of((99, new byte[8])), 12, 9),
        ["a buffer of 4 GiB"] = Change(PacData.Of((99, new byte[8])), 12, uint.MaxValue),
        ["a buffer that begins beyond the end"] = Change(PacData.Of((99, new byte[8])), 16, 40),
        ["a buffer that begins at 4 GiB"] = Change(PacData.Of((99, new byte[8])), 20, 1),
        ["a buffer at an odd place"] = Change(PacData.Of((99, new byte[9])), 16, 25),
        ["a buffer over the table"] = Change(PacData.Of((99, new byte[8])), 16, 16),
        ["a buffer over another"] = Change(PacData.Of((99, new byte[16]), (98, new byte[8])), 32, 48),
        ["two logon infos"] = PacData.Of((PacData.LogonInfo, new LogonInfoData().ToArray()), (PacData.LogonInfo, new LogonInfoData().ToArray())),
        ["two server signatures"] = PacData.Of((PacData.ServerChecksum, new byte[16]), (PacData.ServerChecksum, new byte[16])),
        ["an empty logon info"] = PacData.Of((PacData.LogonInfo, [])),
        ["a signature too short"] = PacData.Of((PacData.ServerChecksum, [16, 0, 0, 0, 1, 2, 3])),
        ["NDR of another version"] = Logon(0, 2),
        ["big-endian NDR"] = Logon(1, 0),
        ["NDR longer than its buffer"] = Logon(9, 0xFF),
        ["NDR shorter than its buffer"] = Logon(8, 0),
        ["a null structure"] = PacData.Of((PacData.LogonInfo, Change(new LogonInfoData().ToArray(), 16, 0))),
        ["groups that are nowhere"] = Logon(new() { Groups = null, GroupCount = 3 }),
        ["fewer groups than announced"] = Logon(new() { GroupCount = 2 }),
        ["more groups than announced"] = Logon(new() { GroupCount = 0 }),
        ["groups that do not fit"] = Logon(new() { GroupCount = 9000, GroupConformance = 9000 }),
        ["groups without number"] = Logon(new() { GroupCount = uint.MaxValue, GroupConformance = uint.MaxValue }),
        ["10001 groups"] = Logon(new() { Groups = [.. Enumerable.Range(1, 10_001).Select(i => (uint)i)] }),
        ["groups of no domain"] = Logon(new() { DomainSid = null }),
        ["extra SIDs that are nowhere"] = Logon(new() { SidCount = 1 }),
        ["fewer extra SIDs than announced"] = Logon(new() { ExtraSids = [Sid], SidCount = 2 }),
        ["extra SIDs without number"] = Logon(new() { ExtraSids = [Sid], SidCount = uint.MaxValue }),
        ["resource groups that are nowhere"] = Logon(new() { ResourceDomainSid = Sid, ResourceGroupCount = 1 }),
        ["resource groups of no domain"] = Logon(new() { ResourceGroups = [1] }),
        ["half a character"] = Logon(new() { NameLength = 5 }),
        ["a name longer than its characters"] = Logon(new() { NameLength = 8 }),
        ["a name shorter than its characters"] = Logon(new() { NameLength = 4 }),
        ["a SID of 16 subauthorities"] = Logon(new() { DomainSid = [1, 16, 0, 0, 0, 0, 0, 5, .. new byte[64]] }),
        ["a SID of another revision"] = Logon(new() { DomainSid = [2, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0] }),
        ["something behind the structure"] = PacData.Of((PacData.LogonInfo, [.. Lengthened(new LogonInfoData().ToArray())])),
        ["a client name that is cut"] = PacData.Of((PacData.ClientInfo, PacData.Client("bob")[..^2])),
        ["a client name of half a character"] = PacData.Of((PacData.ClientInfo, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 65])),
        ["a UPN outside its buffer"] = PacData.Of((PacData.UpnDnsInfo, [2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        ["a UPN of half a character"] = PacData.Of((PacData.UpnDnsInfo, [1, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 65])),
        ["a UPN with a SID that is none"] = PacData.Of((PacData.UpnDnsInfo, PacData.Upn("b@r", Sid[..^1]))),
        ["a requestor and a half"] = PacData.Of((PacData.RequestorSid, [.. Sid, 0])),
        ["transited services that are nowhere"] = PacData.Of((PacData.DelegationInfo, new NdrObject().Text("t").UInt32(1).Pointer(null).ToArray())),
        ["transited services without number"] = PacData.Of((PacData.DelegationInfo, new NdrObject().Text("t").UInt32(uint.MaxValue).Pointer(w => w.Write(uint.MaxValue)).ToArray())),
        ["a UPN of another user"] = PacData.Of((PacData.LogonInfo, new LogonInfoData().ToArray()), (PacData.UpnDnsInfo, PacData.Upn("b@r", Sid))),
        ["a requestor who is another user"] = PacData.Of((PacData.LogonInfo, new LogonInfoData().ToArray()), (PacData.RequestorSid, Sid)),
    };

    public static TheoryData<string> Names => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_refused(string what)
    {
        FormatException e = Assert.Throws<FormatException>(() => KerberosPac.Decode(Refused[what]));
        Assert.IsType<MalformedMessageException>(e.InnerException);
    }

    [Fact]
    public void What_the_wrong_ones_are_made_of_is_right() => Assert.NotNull(KerberosPac.Decode(Logon(new())).LogonInfo);

    [Theory]
    [InlineData("samba")]
    [InlineData("windows aes")]
    [InlineData("windows rc4")]
    public void Every_truncation_and_every_flipped_octet(string vector)
    {
        byte[] pac = VectorFile.Pac[vector];
        Decoders.TryEveryTruncation(vector, pac, Decode);
        Decoders.TryEveryFlippedOctet(vector, pac, Decode);
    }

    [Fact]
    public void Anything() => Gen.Byte.Array[0, 400].Sample(Try);

    [Fact]
    public void Anything_in_a_logon_info() => Gen.Byte.Array[0, 400].Sample(o => Try(PacData.Of((PacData.LogonInfo, [1, 0x10, 8, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(o.Length), 0, 0, 0, 0, .. o]))));

    [Fact]
    public void Noise_in_a_good_one() =>
        Gen.Select(Gen.Int[0, 799], Gen.UInt).Array[1, 6].Sample(changes =>
        {
            byte[] pac = VectorFile.Pac["samba"];
            foreach ((int at, uint value) in changes)
            {
                pac[at] = (byte)value;
                if (value % 3 == 0)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(pac.AsSpan(at & ~3), value % 6 == 0 ? value : value % 64);
                }
            }

            Try(pac);
        });

    private static byte[] Logon(LogonInfoData logon) => PacData.Of(logon);

    private static byte[] Logon(int at, byte value)
    {
        byte[] info = new LogonInfoData().ToArray();
        info[at] = value;
        return PacData.Of((PacData.LogonInfo, info));
    }

    /// <summary>Eight more octets in the object.</summary>
    private static byte[] Lengthened(byte[] info)
    {
        byte[] longer = [.. info, 0, 0, 0, 0, 0, 0, 0, 0];
        return Change(longer, 8, (uint)longer.Length - 16);
    }

    private static byte[] Change(byte[] octets, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(at), value);
        return octets;
    }

    private static void Decode(ReadOnlyMemory<byte> octets) => PacDecoder.Decode(octets);

    private static void Try(byte[] octets)
    {
        try
        {
            PacDecoder.Decode(octets);
        }
        catch (MalformedMessageException)
        {
            // One of the two outcomes that there may be.
        }
    }
}
