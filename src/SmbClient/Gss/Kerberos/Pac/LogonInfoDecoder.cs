using System;
using System.Collections.Generic;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>KERB_VALIDATION_INFO, [MS-PAC] 2.5: the fixed fields, then what their pointers point to, in their order.</summary>
internal static class LogonInfoDecoder
{
    private const int UserSessionKeySize = 16;
    private const int ReservedSize = 8;
    private const int FailuresSize = 24;
    private const int MembershipSize = 8;

    public static PacLogonInfo Decode(ReadOnlyMemory<byte> buffer)
    {
        NdrReader r = new(buffer);
        long logonTime = r.FileTime();
        long logoffTime = r.FileTime();
        long kickOffTime = r.FileTime();
        long passwordLastSet = r.FileTime();
        long passwordCanChange = r.FileTime();
        long passwordMustChange = r.FileTime();
        NdrString effectiveName = r.StringHeader();
        NdrString fullName = r.StringHeader();
        NdrString logonScript = r.StringHeader();
        NdrString profilePath = r.StringHeader();
        NdrString homeDirectory = r.StringHeader();
        NdrString homeDirectoryDrive = r.StringHeader();
        ushort logonCount = r.UInt16();
        ushort badPasswordCount = r.UInt16();
        uint userId = r.UInt32();
        uint primaryGroupId = r.UInt32();
        uint groupCount = r.UInt32();
        bool hasGroups = r.ArrayPointer(groupCount);
        uint userFlags = r.UInt32();
        r.Skip(UserSessionKeySize);
        NdrString logonServer = r.StringHeader();
        NdrString logonDomainName = r.StringHeader();
        bool hasDomain = r.Pointer();
        r.Skip(ReservedSize);
        uint userAccountControl = r.UInt32();
        r.Skip(sizeof(uint));
        r.Skip(FailuresSize);
        uint sidCount = r.UInt32();
        bool hasSids = r.ArrayPointer(sidCount);
        bool hasResourceDomain = r.Pointer();
        uint resourceGroupCount = r.UInt32();
        bool hasResourceGroups = r.ArrayPointer(resourceGroupCount);
        if ((groupCount > 0 && !hasDomain) || (resourceGroupCount > 0 && !hasResourceDomain))
        {
            throw r.Malformed("Groups of no domain");
        }

        string effectiveNameText = r.StringBody(effectiveName);
        string fullNameText = r.StringBody(fullName);
        string logonScriptText = r.StringBody(logonScript);
        string profilePathText = r.StringBody(profilePath);
        string homeDirectoryText = r.StringBody(homeDirectory);
        string homeDirectoryDriveText = r.StringBody(homeDirectoryDrive);
        Membership[] groups = Memberships(ref r, hasGroups, groupCount);
        string logonServerText = r.StringBody(logonServer);
        string logonDomainNameText = r.StringBody(logonDomainName);
        string? domain = r.Sid(hasDomain);
        List<PacGroup> extraSids = ExtraSids(ref r, hasSids, sidCount);
        string? resourceDomain = r.Sid(hasResourceDomain);
        Membership[] resourceGroups = Memberships(ref r, hasResourceGroups, resourceGroupCount);
        r.End();

        return new PacLogonInfo
        {
            LogonTime = FileTime.ToDateTimeOffset(logonTime),
            LogoffTime = FileTime.ToDateTimeOffset(logoffTime),
            KickOffTime = FileTime.ToDateTimeOffset(kickOffTime),
            PasswordLastSet = FileTime.ToDateTimeOffset(passwordLastSet),
            PasswordCanChange = FileTime.ToDateTimeOffset(passwordCanChange),
            PasswordMustChange = FileTime.ToDateTimeOffset(passwordMustChange),
            EffectiveName = effectiveNameText,
            FullName = fullNameText,
            LogonScript = logonScriptText,
            ProfilePath = profilePathText,
            HomeDirectory = homeDirectoryText,
            HomeDirectoryDrive = homeDirectoryDriveText,
            LogonCount = logonCount,
            BadPasswordCount = badPasswordCount,
            UserId = userId,
            PrimaryGroupId = primaryGroupId,
            LogonServer = logonServerText,
            LogonDomainName = logonDomainNameText,
            LogonDomainSid = domain,
            UserFlags = userFlags,
            UserAccountControl = userAccountControl,
            Groups = Of(domain, groups),
            ExtraSids = extraSids,
            ResourceGroups = Of(resourceDomain, resourceGroups),
        };
    }

    private static Membership[] Memberships(ref NdrReader r, bool follows, uint count)
    {
        if (!follows)
        {
            return [];
        }

        Membership[] memberships = new Membership[r.BeginArray(count, MembershipSize)];
        for (int i = 0; i < memberships.Length; i++)
        {
            memberships[i] = new Membership(r.UInt32(), r.UInt32());
        }

        return memberships;
    }

    /// <summary>KERB_SID_AND_ATTRIBUTES, [MS-PAC] 2.2.1. One without a SID is nobody.</summary>
    private static List<PacGroup> ExtraSids(ref NdrReader r, bool follows, uint count)
    {
        if (!follows)
        {
            return [];
        }

        (bool Follows, uint Attributes)[] heads = new (bool, uint)[r.BeginArray(count, MembershipSize)];
        for (int i = 0; i < heads.Length; i++)
        {
            heads[i] = (r.Pointer(), r.UInt32());
        }

        List<PacGroup> sids = new(heads.Length);
        foreach ((bool sidFollows, uint attributes) in heads)
        {
            if (r.Sid(sidFollows) is { } sid)
            {
                sids.Add(new PacGroup(sid, attributes));
            }
        }

        return sids;
    }

    private static PacGroup[] Of(string? domain, Membership[] memberships) =>
        domain is null ? [] : Array.ConvertAll(memberships, m => new PacGroup(Sid.Of(domain, m.RelativeId), m.Attributes));

    /// <summary>GROUP_MEMBERSHIP, [MS-PAC] 2.2.2.</summary>
    private readonly record struct Membership(uint RelativeId, uint Attributes);
}
