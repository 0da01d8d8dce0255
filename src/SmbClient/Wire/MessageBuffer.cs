using System;
using System.Buffers;
using System.Threading;

namespace SmbClient.Wire;

/// <summary>
/// One contiguous message in a rented array. Whoever holds the object owns the array and gives it back with <see cref="Dispose"/>;
/// memory handed out by decoders points into it and ends with it. A kept buffer (<see cref="Keep"/>) has an array of its own instead, which
/// its owner uses again and again.
/// </summary>
/// <remarks>The first <see cref="FrameHeaderSize"/> octets of the array are the transport's: an outgoing frame leaves in one write.</remarks>
internal sealed class MessageBuffer : IDisposable
{
    public const int FrameHeaderSize = 4;

    private readonly bool _isKept;
    private byte[]? _array;

    private MessageBuffer(byte[] array, int length, bool isKept)
    {
        _array = array;
        _isKept = isKept;
        Length = length;
    }

    /// <summary>Octets of the message, without the transport's header.</summary>
    public int Length { get; private set; }

    /// <summary>Octets that a kept buffer can take before its array must grow.</summary>
    public int Capacity => Array.Length - FrameHeaderSize;

    /// <summary>The message, without the transport's header.</summary>
    public Memory<byte> Memory => Array.AsMemory(FrameHeaderSize, Length);

    public Span<byte> Span => Array.AsSpan(FrameHeaderSize, Length);

    /// <summary>The message with room for the transport's header before it.</summary>
    public Memory<byte> Frame => Array.AsMemory(0, FrameHeaderSize + Length);

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(MessageBuffer));

    public static MessageBuffer Rent(int length) =>
        new(ArrayPool<byte>.Shared.Rent(FrameHeaderSize + length), length, isKept: false);

    /// <summary>An empty buffer that its owner keeps: <see cref="Reset"/> sizes it for each message, and <see cref="Dispose"/> leaves it alone.</summary>
    public static MessageBuffer Keep(int capacity) => new(new byte[FrameHeaderSize + capacity], 0, isKept: true);

    /// <summary>Makes a kept buffer ready for a message of <paramref name="length"/> octets; what it held is gone.</summary>
    public void Reset(int length)
    {
        if (length > Capacity)
        {
            _array = new byte[FrameHeaderSize + length];
        }

        Length = length;
    }

    /// <summary>Cuts the message to what was written.</summary>
    public void Truncate(int length)
    {
        if (length < 0 || length > Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length));
        }

        Length = length;
    }

    public void Dispose()
    {
        if (_isKept)
        {
            return;
        }

        byte[]? array = Interlocked.Exchange(ref _array, null);
        if (array is not null)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
