using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.NetBios;

namespace SmbClient.Transports;

/// <summary>The NetBIOS session service over TCP, [RFC1002] 4.3: a session request by name, then a type, flags and a 17-bit length before each message.</summary>
internal sealed class NetBiosTransport : TcpTransport
{
    private const byte SessionRequestType = 0x81;
    private const byte PositiveResponse = 0x82;
    private const byte NegativeResponse = 0x83;
    private const byte CalledNameNotListening = 0x80;
    private const byte CalledNameNotPresent = 0x82;
    private const string AnyServer = "*SMBSERVER";

    private NetBiosTransport(Socket socket, string remoteName)
        : base(socket, remoteName)
    {
    }

    public override int MaxMessageSize => 0x1FFFF;

    /// <summary>
    /// Calls <c>*SMBSERVER</c>, which most servers answer to, then the server by its own name; or only the name that is given.
    /// Throws <see cref="SmbProtocolException"/> where the server answers to none.
    /// </summary>
    public static async Task<SmbTransport> ConnectAsync(
        Func<CancellationToken, Task<Socket>> connect, string remoteName, string server, string? netBiosName, CancellationToken cancellationToken)
    {
        string[] names = netBiosName is not null ? [netBiosName]
            : IPAddress.TryParse(server, out _) ? [AnyServer]
            : [AnyServer, server.Split('.')[0]];
        string refusal = "";
        foreach (string name in names)
        {
            if (name.Length > NetBiosName.MaxLength)
            {
                continue;
            }

            NetBiosTransport transport = new(await connect(cancellationToken).ConfigureAwait(false), remoteName);
            try
            {
                byte? error = await transport.RequestSessionAsync(name, cancellationToken).ConfigureAwait(false);
                if (error is null)
                {
                    return transport;
                }

                refusal = $"{NetBiosName.DescribeError(error.Value)} ('{name}')";
                transport.Dispose();
                if (error is not (CalledNameNotListening or CalledNameNotPresent))
                {
                    break;
                }
            }
            catch (MalformedMessageException e)
            {
                transport.Dispose();
                throw new SmbProtocolException(SmbProtocolError.Malformed, $"{remoteName} does not speak the NetBIOS session service: {e.Message}.", e);
            }
            catch
            {
                transport.Dispose();
                throw;
            }
        }

        throw new SmbProtocolException(
            SmbProtocolError.Incompatible,
            $"{remoteName} refused the NetBIOS session: {refusal}. Give the server's NetBIOS name in {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.NetBiosName)}.");
    }

    protected override void WriteHeader(Span<byte> header, byte type, int length)
    {
        header[0] = type;
        header[1] = (byte)((length >> 16) & 1);
        header[2] = (byte)(length >> 8);
        header[3] = (byte)length;
    }

    protected override (byte Type, int Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        if ((header[1] & 0xFE) != 0)
        {
            throw new MalformedMessageException($"A NetBIOS frame has flags 0x{header[1]:X2}");
        }

        return (header[0], ((header[1] & 1) << 16) | (header[2] << 8) | header[3]);
    }

    /// <summary>Null for a session, else the server's error code.</summary>
    private async Task<byte?> RequestSessionAsync(string calledName, CancellationToken cancellationToken)
    {
        byte[] names = NetBiosName.EncodeSessionRequest(calledName, CallingName());
        byte[] frame = new byte[MessageBuffer.FrameHeaderSize + names.Length];
        WriteHeader(frame, SessionRequestType, names.Length);
        names.CopyTo(frame, MessageBuffer.FrameHeaderSize);
        await SendAllAsync(frame, cancellationToken).ConfigureAwait(false);
        if (!await FillHeaderAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new MalformedMessageException("The server closed the connection instead of answering the session request");
        }

        (byte type, int length) = TakeHeader();
        switch (type)
        {
            case PositiveResponse when length == 0:
                return null;
            case NegativeResponse when length == 1:
                byte[] error = new byte[1];
                await ReceiveSomeAsync(error, cancellationToken).ConfigureAwait(false);
                return error[0];

            default:
                throw new MalformedMessageException($"The answer to the session request has type 0x{type:X2} and length {length}");
        }
    }

    /// <summary>This machine's name as far as NetBIOS can say it.</summary>
    private static string CallingName()
    {
        string name = Environment.MachineName.Split('.')[0];
        return name.Length > NetBiosName.MaxLength ? name.Substring(0, NetBiosName.MaxLength) : name;
    }
}
