using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SmbClient.Tests.Gss.Kerberos.Pac;

/// <summary>Writes a KERB_VALIDATION_INFO, [MS-PAC] 2.5, right or wrong.</summary>
internal sealed record LogonInfoData
{
    public const uint ExtraSidsFlag = 0x20;
    public const uint ResourceGroupsFlag = 0x200;

    /// <summary>S-1-5-21-1-2-3.</summary>
    public static readonly byte[] Domain = Convert.FromHexString("010400000000000515000000010000000200000003000000");

    /// <summary>S-1-5-21-9-9-9.</summary>
    public static readonly byte[] ResourceDomain = Convert.FromHexString("010400000000000515000000090000000900000009000000");

    /// <summary>S-1-18-1.</summary>
    public static readonly byte[] AssertedIdentity = Convert.FromHexString("010100000000001201000000");

    public long KickOffTime { get; init; } = long.MaxValue;

    public string Name { get; init; } = "bob";

    /// <summary>Length of the name as it is said to be; null for the right one.</summary>
    public int? NameLength { get; init; }

    public string? DomainName { get; init; } = "REALM";

    public uint UserId { get; init; } = 1000;

    public uint PrimaryGroupId { get; init; } = 513;

    public uint Flags { get; init; }

    public byte[]? DomainSid { get; init; } = Domain;

    public IReadOnlyList<uint>? Groups { get; init; } = [513];

    /// <summary>How many groups there are said to be; null for as many as there are.</summary>
    public uint? GroupCount { get; init; }

    /// <summary>The conformance of the array; null for the right one.</summary>
    public uint? GroupConformance { get; init; }

    public IReadOnlyList<byte[]?>? ExtraSids { get; init; }

    public uint? SidCount { get; init; }

    public byte[]? ResourceDomainSid { get; init; }

    public IReadOnlyList<uint>? ResourceGroups { get; init; }

    public uint? ResourceGroupCount { get; init; }

    public uint? Referent { get; init; }

    public byte[] ToArray()
    {
        NdrObject ndr = new() { Referent = Referent };
        ndr.Int64(0).Int64(long.MaxValue).Int64(KickOffTime).Int64(0).Int64(0).Int64(long.MaxValue)
            .Text(NameLength ?? (2 * Name.Length), Name).Text("").Text(null).Text(null).Text(null).Text(null)
            .UInt16(0).UInt16(0).UInt32(UserId).UInt32(PrimaryGroupId)
            .UInt32(GroupCount ?? Count(Groups)).Pointer(Memberships(Groups, GroupConformance))
            .UInt32(Flags).Int64(0).Int64(0)
            .Text("DC").Text(DomainName).Pointer(SidBody(DomainSid))
            .Int64(0).UInt32(0x10).UInt32(0).Int64(0).Int64(0).UInt32(0).UInt32(0)
            .UInt32(SidCount ?? Count(ExtraSids)).Pointer(ExtraSidsBody())
            .Pointer(SidBody(ResourceDomainSid))
            .UInt32(ResourceGroupCount ?? Count(ResourceGroups)).Pointer(Memberships(ResourceGroups, null));
        return ndr.ToArray();
    }

    private static uint Count<T>(IReadOnlyList<T>? items) => (uint)(items?.Count ?? 0);

    private static Action<BinaryWriter>? SidBody(byte[]? sid) => sid is null ? null : w => NdrObject.Sid(w, sid);

    private static Action<BinaryWriter>? Memberships(IReadOnlyList<uint>? ids, uint? conformance) => ids is null ? null : w =>
    {
        w.Write(conformance ?? (uint)ids.Count);
        foreach (uint id in ids)
        {
            w.Write(id);
            w.Write(7);
        }
    };

    private Action<BinaryWriter>? ExtraSidsBody() => ExtraSids is not { } sids ? null : w =>
    {
        w.Write(sids.Count);
        foreach (byte[]? sid in sids)
        {
            w.Write(sid is null ? 0 : 4);
            w.Write(7);
        }

        foreach (byte[] sid in sids.OfType<byte[]>())
        {
            NdrObject.Sid(w, sid);
        }
    };
}
