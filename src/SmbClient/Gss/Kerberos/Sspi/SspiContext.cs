using System;
using System.Runtime.InteropServices;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>What both roles share: the context, its key and its integrity codes.</summary>
internal abstract unsafe class SspiContext : SystemContext
{
    protected const int ContinueNeeded = 0x00090312;

    /// <summary>cbMaxToken of the package is at most this; tickets with many groups come near it.</summary>
    private const int MaxToken = 65535;

    private const uint SessionKeyAttribute = 9;
    private const uint SizesAttribute = 0;

    private SecHandle _handle;
    private bool _hasHandle;

    protected SspiContext(SspiFunctions functions)
    {
        Functions = functions;
    }

    protected SspiFunctions Functions { get; }

    public sealed override byte[] GetMic(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[MaxSignature()];
        fixed (byte* text = message)
        fixed (byte* code = signature)
        {
            SecBuffer* buffers = stackalloc SecBuffer[2];
            buffers[0] = new SecBuffer { Length = (uint)message.Length, Type = SecBuffer.Data, Value = text };
            buffers[1] = new SecBuffer { Length = (uint)signature.Length, Type = SecBuffer.Token, Value = code };
            SecBufferDesc desc = new() { Count = 2, Buffers = buffers };
            int result = Functions.MakeSignature(ref _handle, 0, &desc, 0);
            return result == 0 ? signature.AsSpan(0, (int)buffers[1].Length).ToArray() : throw new InvalidOperationException($"MakeSignature failed, 0x{result:X8}.");
        }
    }

    public sealed override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic)
    {
        RequireComplete();
        fixed (byte* text = message)
        fixed (byte* code = mic)
        {
            SecBuffer* buffers = stackalloc SecBuffer[2];
            buffers[0] = new SecBuffer { Length = (uint)message.Length, Type = SecBuffer.Data, Value = text };
            buffers[1] = new SecBuffer { Length = (uint)mic.Length, Type = SecBuffer.Token, Value = code };
            SecBufferDesc desc = new() { Count = 2, Buffers = buffers };
            return Functions.VerifySignature(ref _handle, &desc, 0, out _) == 0;
        }
    }

    /// <summary>One call of the role's function with the token, the bindings, the context and the room for an answer.</summary>
    protected int Call(ReadOnlySpan<byte> input, ReadOnlySpan<byte> channelBindings, string name, ContextCall call, out byte[] output)
    {
        byte[] room = new byte[MaxToken];
        byte[] bindings = SspiChannelBindings.Encode(channelBindings);
        fixed (byte* token = input)
        fixed (byte* binding = bindings)
        fixed (byte* answer = room)
        fixed (SecHandle* handle = &_handle)
        {
            SecBuffer* inputs = stackalloc SecBuffer[2];
            uint count = 0;
            if (!input.IsEmpty)
            {
                inputs[count++] = new SecBuffer { Length = (uint)input.Length, Type = SecBuffer.Token, Value = token };
            }

            if (bindings.Length > 0)
            {
                inputs[count++] = new SecBuffer { Length = (uint)bindings.Length, Type = SecBuffer.ChannelBindings, Value = binding };
            }

            SecBuffer outputs = new() { Length = (uint)room.Length, Type = SecBuffer.Token, Value = answer };
            SecBufferDesc inputDesc = new() { Count = count, Buffers = inputs };
            SecBufferDesc outputDesc = new() { Count = 1, Buffers = &outputs };
            int code = call(_hasHandle ? handle : null, count == 0 ? null : &inputDesc, handle, &outputDesc);
            if (code is not (0 or ContinueNeeded))
            {
                throw new SspiException(code, name);
            }

            _hasHandle = true;
            output = room.AsSpan(0, (int)outputs.Length).ToArray();
            return code;
        }
    }

    /// <summary>The flags that mean the same on both sides and in GSS have the same values; integrity has one for each side.</summary>
    protected static GssContextFlags FlagsOf(uint attributes, uint integrity) =>
        ((GssContextFlags)attributes & (GssContextFlags.Delegate | GssContextFlags.MutualAuth | GssContextFlags.Replay | GssContextFlags.Sequence | GssContextFlags.Confidentiality))
        | ((attributes & integrity) != 0 ? GssContextFlags.Integrity : GssContextFlags.None);

    protected override byte[] QuerySessionKey()
    {
        SessionKey key = default;
        int code = Functions.QueryContextAttributes(ref _handle, SessionKeyAttribute, &key);
        if (code != 0)
        {
            throw new SspiException(code, "QueryContextAttributes(SECPKG_ATTR_SESSION_KEY)");
        }

        Span<byte> octets = new(key.Value, (int)key.Length);
        byte[] copy = octets.ToArray();
        octets.Clear();
        _ = Functions.FreeContextBuffer(key.Value);
        return copy;
    }

    /// <summary>An attribute that is a text.</summary>
    protected string QueryText(uint attribute)
    {
        void* text = null;
        int code = Functions.QueryContextAttributes(ref _handle, attribute, &text);
        if (code != 0)
        {
            throw new SspiException(code, $"QueryContextAttributes({attribute})");
        }

        string value = Marshal.PtrToStringUni((IntPtr)text) ?? "";
        _ = Functions.FreeContextBuffer(text);
        return value;
    }

    protected override void Dispose(bool disposing)
    {
        if (_hasHandle)
        {
            _hasHandle = false;
            _ = Functions.DeleteSecurityContext(ref _handle);
        }

        base.Dispose(disposing);
    }

    private int MaxSignature()
    {
        RequireComplete();
        uint* sizes = stackalloc uint[4];
        int code = Functions.QueryContextAttributes(ref _handle, SizesAttribute, sizes);
        return code == 0 ? (int)sizes[1] : throw new InvalidOperationException($"QueryContextAttributes(SECPKG_ATTR_SIZES) failed, 0x{code:X8}.");
    }

    /// <summary>InitializeSecurityContext or AcceptSecurityContext, whose other arguments the role knows.</summary>
    protected delegate int ContextCall(SecHandle* context, SecBufferDesc* input, SecHandle* newContext, SecBufferDesc* output);

    /// <summary>SecPkgContext_SessionKey.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SessionKey
    {
        public uint Length;
        public byte* Value;
    }
}
