#if !NET
using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient;

/// <summary>
/// Memory overloads of <see cref="Socket"/> that netstandard2.0 lacks. Its sockets cannot cancel one call: cancelling disposes the socket,
/// which is what every caller here does next anyway.
/// </summary>
internal static class SocketExtensions
{
    public static async ValueTask<int> SendAsync(this Socket socket, ReadOnlyMemory<byte> octets, SocketFlags flags, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(socket.Dispose);
        try
        {
            return await SocketTaskExtensions.SendAsync(socket, ToSegment(octets), flags).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public static async ValueTask<int> ReceiveAsync(this Socket socket, Memory<byte> destination, SocketFlags flags, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(socket.Dispose);
        try
        {
            if (MemoryMarshal.TryGetArray(destination, out ArraySegment<byte> segment))
            {
                return await SocketTaskExtensions.ReceiveAsync(socket, segment, flags).ConfigureAwait(false);
            }

            byte[] copy = new byte[destination.Length];
            int received = await SocketTaskExtensions.ReceiveAsync(socket, new ArraySegment<byte>(copy), flags).ConfigureAwait(false);
            copy.AsSpan(0, received).CopyTo(destination.Span);
            return received;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public static async Task ConnectAsync(this Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(socket.Dispose);
        try
        {
            await SocketTaskExtensions.ConnectAsync(socket, endPoint).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static ArraySegment<byte> ToSegment(ReadOnlyMemory<byte> octets) =>
        MemoryMarshal.TryGetArray(octets, out ArraySegment<byte> segment) ? segment : new ArraySegment<byte>(octets.ToArray());
}
#endif
