using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>A file or directory that a client has open.</summary>
internal sealed class ScriptedOpen(string name)
{
    public string Name { get; } = name;

    /// <summary>Entries that the listing has handed out.</summary>
    public int Listed { get; set; }
}

/// <summary>The files of the scripted server: every name exists, but for those that begin with "missing".</summary>
internal sealed class ScriptedFiles
{
    public static readonly byte[] FileContent = Encoding.ASCII.GetBytes("hello from the scripted server");

    private readonly ConcurrentDictionary<string, byte[]> _content = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a listing shows.</summary>
    public IReadOnlyList<string> Names { get; set; } = ["a.txt", "b.txt", "c.txt"];

    /// <summary>Entries in one answer to a listing.</summary>
    public int EntriesPerAnswer { get; set; } = 100;

    public byte[] this[string name]
    {
        get => _content.TryGetValue(name, out byte[]? content) ? content : FileContent;
        set => _content[name] = value;
    }

    public static bool Exists(string name) => !name.StartsWith("missing", StringComparison.Ordinal);

    public byte[] Read(string name, ulong offset, uint length)
    {
        byte[] content = this[name];
        return offset >= (ulong)content.Length ? [] : content.AsSpan((int)offset, (int)Math.Min(length, content.Length - (long)offset)).ToArray();
    }

    public void Write(string name, ulong offset, ReadOnlySpan<byte> octets)
    {
        lock (_content)
        {
            int end = (int)offset + octets.Length;
            if (!_content.TryGetValue(name, out byte[]? content) || content.Length < end)
            {
                Array.Resize(ref content, Math.Max(this[name].Length, end));
                this[name].CopyTo(content, 0);
                this[name] = content;
            }

            octets.CopyTo(content.AsSpan((int)offset));
        }
    }
}
