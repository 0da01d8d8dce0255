using System.Collections.Generic;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>The security identifiers that a user has by its logon information, in the order in which a token has them ([MS-PAC] 4.1.2.2).</summary>
internal sealed class PacSids
{
    private PacSids(string? user, string? primaryGroup, List<string> groups)
    {
        User = user;
        PrimaryGroup = primaryGroup;
        Groups = groups;
    }

    public string? User { get; }

    public string? PrimaryGroup { get; }

    public IReadOnlyList<string> Groups { get; }

    public static PacSids Of(PacLogonInfo? info)
    {
        List<string> groups = [];
        if (info is null)
        {
            return new PacSids(null, null, groups);
        }

        IReadOnlyList<PacGroup> extra = (info.UserFlags & PacLogonInfo.HasExtraSids) != 0 ? info.ExtraSids : [];
        bool isFirstTheUser = info.UserId == 0;
        string? user = isFirstTheUser ? extra.Count > 0 ? extra[0].Sid : null : OfDomain(info, info.UserId);
        string? primaryGroup = OfDomain(info, info.PrimaryGroupId);
        HashSet<string> seen = [];
        Add(primaryGroup);
        AddAll(info.Groups);
        AddAll(extra, isFirstTheUser ? 1 : 0);
        AddAll((info.UserFlags & PacLogonInfo.HasResourceGroups) != 0 ? info.ResourceGroups : []);
        return new PacSids(user, primaryGroup, groups);

        void AddAll(IReadOnlyList<PacGroup> more, int first = 0)
        {
            for (int i = first; i < more.Count; i++)
            {
                Add(more[i].Sid);
            }
        }

        void Add(string? sid)
        {
            if (sid is not null && seen.Add(sid))
            {
                groups.Add(sid);
            }
        }
    }

    private static string? OfDomain(PacLogonInfo info, uint relativeId) =>
        info.LogonDomainSid is { } domain && relativeId != 0 ? Sid.Of(domain, relativeId) : null;
}
