using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>One listing: FIND_FIRST2, as many FIND_NEXT2 as it takes, and FIND_CLOSE2 where the reader leaves early ([MS-CIFS] 3.2.4.27).</summary>
internal sealed class Smb1Search
{
    private const ushort CloseAtEndOfSearch = 0x0002;
    private const ushort ContinueFromLast = 0x0008;

    /// <summary>Hidden and system files and directories as well.</summary>
    private const ushort Everything = 0x0016;

    /// <summary>Entries a response may have at most; its octets are the limit that counts.</summary>
    private const ushort SearchCount = 1366;

    private readonly Smb1Tree _tree;
    private readonly Smb1Trans2 _trans2;
    private readonly string _directory;
    private readonly string _pattern;

    public Smb1Search(Smb1Tree tree, Smb1Trans2 trans2, string directory, string pattern)
    {
        _tree = tree;
        _trans2 = trans2;
        _directory = directory;
        _pattern = pattern;
    }

    public async IAsyncEnumerable<SmbDirectoryEntry> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Trans2Result? first = await FindFirstAsync(cancellationToken).ConfigureAwait(false);
        if (first is not { } result)
        {
            yield break;
        }

        (ushort sid, bool atEnd) = _trans2.Decode(result.Parameters, ReadFirst);
        try
        {
            while (true)
            {
                (List<SmbDirectoryEntry> entries, string lastName) = _trans2.Decode(result.Data, ReadEntries);
                foreach (SmbDirectoryEntry entry in entries)
                {
                    yield return entry;
                }

                if (atEnd || result.Status == NtStatus.NoMoreFiles)
                {
                    atEnd = true;
                    yield break;
                }

                if (lastName.Length == 0)
                {
                    throw _tree.Misbehaved($"neither continues nor ends the listing of '{_directory}'");
                }

                result = await FindNextAsync(sid, lastName, cancellationToken).ConfigureAwait(false);
                atEnd = result.Status == NtStatus.NoMoreFiles || _trans2.Decode(result.Parameters, ReadNext);
            }
        }
        finally
        {
            if (!atEnd)
            {
                await _tree.CloseSearchAsync(sid).ConfigureAwait(false);
            }
        }
    }

    private async Task<Trans2Result?> FindFirstAsync(CancellationToken cancellationToken)
    {
        FindFirst2Parameters parameters = new()
        {
            SearchAttributes = Everything,
            SearchCount = SearchCount,
            Flags = CloseAtEndOfSearch,
            Level = Smb1InformationLevels.FindFileBothDirectoryInfo,
            FileName = Smb1Tree.WirePath(_directory.Length == 0 ? _pattern : _directory + @"\" + _pattern),
        };
        try
        {
            Trans2Result result = await _trans2.SendAsync(Trans2Subcommand.FindFirst2, parameters, default, _directory, cancellationToken).ConfigureAwait(false);
            return result.Status == NtStatus.NoMoreFiles ? null : result;
        }
        catch (SmbStatusException e) when (e.Status == NtStatus.NoSuchFile || (e.Status == NtStatus.ObjectNameNotFound && !_trans2.HasNtStatus))
        {
            return null;
        }
    }

    private Task<Trans2Result> FindNextAsync(ushort sid, string lastName, CancellationToken cancellationToken)
    {
        FindNext2Parameters parameters = new()
        {
            Sid = sid,
            SearchCount = SearchCount,
            Level = Smb1InformationLevels.FindFileBothDirectoryInfo,
            Flags = ContinueFromLast | CloseAtEndOfSearch,
            FileName = lastName,
        };
        return _trans2.SendAsync(Trans2Subcommand.FindNext2, parameters, default, _directory, cancellationToken);
    }

    private static (ushort Sid, bool AtEnd) ReadFirst(ReadOnlyMemory<byte> octets)
    {
        WireReader reader = new(octets);
        FindFirst2ResponseParameters parameters = FindFirst2ResponseParameters.Read(ref reader);
        return (parameters.Sid, parameters.EndOfSearch);
    }

    private static bool ReadNext(ReadOnlyMemory<byte> octets)
    {
        WireReader reader = new(octets);
        return FindNext2ResponseParameters.Read(ref reader).EndOfSearch;
    }

    private (List<SmbDirectoryEntry> Entries, string LastName) ReadEntries(ReadOnlyMemory<byte> data)
    {
        List<SmbDirectoryEntry> entries = [];
        string lastName = "";
        DirectoryEntryReader reader = new(data, _trans2.Names);
        while (reader.TryReadNext(out DirectoryEntry entry))
        {
            lastName = entry.FileName;
            if (FileTranslation.Describe(entry) is { } listed)
            {
                entries.Add(listed);
            }
        }

        return (entries, lastName);
    }
}
