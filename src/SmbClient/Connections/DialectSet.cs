using System.Collections.Generic;

namespace SmbClient.Connections;

/// <summary>The dialects that a caller allows (Client.SupportDialects), with value equality.</summary>
internal readonly record struct DialectSet
{
    private static readonly SmbDialect[] All =
        [SmbDialect.NtLm012, SmbDialect.Smb202, SmbDialect.Smb210, SmbDialect.Smb300, SmbDialect.Smb302, SmbDialect.Smb311];

    private readonly int _bits;

    public DialectSet(SmbConnectionOptions options)
    {
        for (int i = 0; i < All.Length; i++)
        {
            bool isAllowed = All[i] == SmbDialect.NtLm012
                ? options.AllowSmb1
                : All[i] >= options.MinDialect && All[i] <= options.MaxDialect;
            _bits |= isAllowed ? 1 << i : 0;
        }
    }

    public bool IsEmpty => _bits == 0;

    public bool IncludesSmb1 => (_bits & 1) != 0;

    public bool IncludesSmb2 => (_bits & ~1) != 0;

    public bool Contains(SmbDialect dialect) => ToList().Contains(dialect);

    /// <summary>The newest one.</summary>
    public SmbDialect Newest
    {
        get
        {
            List<SmbDialect> list = ToList();
            return list.Count == 0 ? SmbDialect.None : list[list.Count - 1];
        }
    }

    /// <summary>The dialects of SMB2 and SMB3, oldest first.</summary>
    public IReadOnlyList<SmbDialect> Smb2Dialects => ToList().FindAll(d => d != SmbDialect.NtLm012);

    private List<SmbDialect> ToList()
    {
        List<SmbDialect> list = [];
        for (int i = 0; i < All.Length; i++)
        {
            if ((_bits & (1 << i)) != 0)
            {
                list.Add(All[i]);
            }
        }

        return list;
    }
}
