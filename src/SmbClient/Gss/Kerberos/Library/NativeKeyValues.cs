using System;
using System.Runtime.InteropServices;
using System.Text;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>gss_key_value_set_desc of MIT's credential stores. None of the values is a secret.</summary>
internal sealed class NativeKeyValues : IDisposable
{
    private readonly IntPtr[] _strings;

    public NativeKeyValues(params (string Key, string Value)[] pairs)
    {
        _strings = new IntPtr[2 * pairs.Length];
        Pointer = Marshal.AllocHGlobal((2 + _strings.Length) * IntPtr.Size);
        Marshal.WriteIntPtr(Pointer, IntPtr.Zero);
        Marshal.WriteInt32(Pointer, pairs.Length);
        Marshal.WriteIntPtr(Pointer + IntPtr.Size, Pointer + (2 * IntPtr.Size));
        for (int i = 0; i < pairs.Length; i++)
        {
            _strings[2 * i] = Allocate(pairs[i].Key);
            _strings[(2 * i) + 1] = Allocate(pairs[i].Value);
        }

        Marshal.Copy(_strings, 0, Pointer + (2 * IntPtr.Size), _strings.Length);
    }

    public IntPtr Pointer { get; }

    public void Dispose()
    {
        foreach (IntPtr text in _strings)
        {
            Marshal.FreeHGlobal(text);
        }

        Marshal.FreeHGlobal(Pointer);
    }

    private static IntPtr Allocate(string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text + "\0");
        IntPtr memory = Marshal.AllocHGlobal(octets.Length);
        Marshal.Copy(octets, 0, memory, octets.Length);
        return memory;
    }
}
