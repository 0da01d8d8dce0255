using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>
/// Numbers for files: a hash of the parent's number and the name, so that all below a renamed directory keep theirs, and a table of those that were
/// renamed. The same after the server has started again, but for renamed ones.
/// </summary>
/// <remarks>
/// The inode would be better, and managed code cannot ask for it (only for a file that it has open, and not while it lists). So files that others
/// rename change their number, and hard links have a number each. The table forgets the oldest of <see cref="MaxRenamed"/> renamed names.
/// </remarks>
internal sealed class FolderFileIds
{
    private const int MaxRenamed = 65_536;
    private const int MaxOnStack = 1024;

    private readonly Lock _lock = new();
    private readonly string _root;
    private readonly ulong _rootId;
    private readonly Dictionary<(ulong Parent, string Name), ulong> _renamed = [];
    private readonly Queue<(ulong Parent, string Name)> _order = new();

    public FolderFileIds(string root)
    {
        _root = root;
        _rootId = Hash(0, root);
    }

    /// <summary>The number of what is at a local path below the root.</summary>
    public ulong Of(string realPath)
    {
        ulong id = _rootId;
        ReadOnlySpan<char> rest = realPath.AsSpan(_root.Length);
        foreach (Range range in rest.Split(Path.DirectorySeparatorChar))
        {
            if (!rest[range].IsEmpty)
            {
                id = Of(id, rest[range].ToString());
            }
        }

        return id;
    }

    /// <summary>The number of an entry of the directory with this number.</summary>
    public ulong Of(ulong parent, string name)
    {
        name = Key(name);
        lock (_lock)
        {
            return _renamed.TryGetValue((parent, name), out ulong id) ? id : Hash(parent, name);
        }
    }

    /// <summary>What was at one path is at another now, and keeps its number; what comes to the old path gets another one.</summary>
    public void Move(string from, string to)
    {
        ulong id = Of(from);
        (ulong Parent, string Name) source = (Of(Path.GetDirectoryName(from)!), Key(Path.GetFileName(from)));
        (ulong Parent, string Name) target = (Of(Path.GetDirectoryName(to)!), Key(Path.GetFileName(to)));
        lock (_lock)
        {
            Set(source, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1);
            Set(target, id);
        }
    }

    private static string Key(string name) => FolderNameIndex.IgnoresCase ? name.ToUpperInvariant() : name;

    private static ulong Hash(ulong parent, string name)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.AsBytes(name.AsSpan());
        Span<byte> input = text.Length <= MaxOnStack ? stackalloc byte[sizeof(ulong) + text.Length] : new byte[sizeof(ulong) + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(input, parent);
        text.CopyTo(input[sizeof(ulong)..]);
        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, result);
        ulong id = BinaryPrimitives.ReadUInt64LittleEndian(result);
        return id is 0 or ulong.MaxValue ? 1 : id;
    }

    private void Set((ulong Parent, string Name) slot, ulong id)
    {
        if (!_renamed.ContainsKey(slot))
        {
            _order.Enqueue(slot);
            if (_order.Count > MaxRenamed)
            {
                _renamed.Remove(_order.Dequeue());
            }
        }

        _renamed[slot] = id;
    }
}
