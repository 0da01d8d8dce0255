using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Diagnostics;
using SmbClient.Dialects.Smb1;
using SmbClient.Dialects.Smb2;
using SmbClient.Exchange;
using SmbClient.Transports;
using SmbClient.Wire;

namespace SmbClient.Dialects;

/// <summary>Makes a connection: reaches the server, picks the protocol family, and settles the signing matrix (client-state A1–A4, N1–N10).</summary>
internal static class Negotiator
{
    /// <summary>Connects and negotiates, within the connection's ConnectTimeout.</summary>
    public static async Task OpenAsync(ClientConnection connection, CancellationToken cancellationToken)
    {
        SmbConnectionOptions options = connection.Options;
        using TimeLimit limit = new(connection.Time, options.ConnectTimeout, cancellationToken);
        SmbTransport? transport = null;
        try
        {
            transport = options.TransportFactory is { } factory
                ? await factory(connection.ServerName, connection.Port, limit.Token).ConfigureAwait(false)
                : await TransportConnector.ConnectAsync(options.Address ?? connection.ServerName, connection.Port, options, limit.Token).ConfigureAwait(false);
            Log.Connected(connection.Logger, transport.RemoteName, options.Transport.ToString());
            await NegotiateAsync(connection, transport, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            transport?.Dispose();
            throw new SmbConnectionClosedException(
                $"{connection.ServerName}, port {connection.Port}, did not answer within {nameof(SmbConnectionOptions.ConnectTimeout)}. Is it an SMB server, and does a firewall let us through?",
                new TimeoutException($"No connection after {options.ConnectTimeout.TotalSeconds:0.###} s.", e));
        }
        catch (SocketException e) when (transport is null)
        {
            throw new SmbConnectionClosedException($"{connection.ServerName}, port {connection.Port}, cannot be reached: {e.Message}", e);
        }
        catch (Exception e)
        {
            transport?.Dispose();
            switch (e)
            {
                case SocketException or EndOfStreamException:
                    throw new SmbConnectionClosedException($"{connection.ServerName} ended the connection while it was being negotiated: {e.Message}", e);
                case MalformedMessageException:
                    throw new SmbProtocolException(SmbProtocolError.Malformed, $"{connection.ServerName} sent a negotiation that does not decode: {e.Message}", e);
                default:
                    throw;
            }
        }
    }

    /// <summary>Negotiates on a transport that is there already.</summary>
    internal static async Task NegotiateAsync(ClientConnection connection, SmbTransport transport, CancellationToken cancellationToken)
    {
        DialectSet dialects = connection.Key.Dialects;
        if (dialects.IncludesSmb1)
        {
            Smb1Negotiation negotiation = new(connection, transport);
            using MessageBuffer answer = await negotiation.AskAsync(cancellationToken).ConfigureAwait(false);
            if (dialects.IncludesSmb2 && Smb2Negotiation.IsAnswer(answer))
            {
                await Smb2Negotiation.ContinueAsync(connection, transport, answer, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                negotiation.Accept(answer);
            }
        }
        else
        {
            await Smb2Negotiation.NegotiateAsync(connection, transport, cancellationToken).ConfigureAwait(false);
        }

        SigningOutcome outcome = SigningPolicy.Evaluate(connection.MessageSigningPolicy, connection.ServerSigningState);
        Log.Negotiated(connection.Logger, connection.ServerName, connection.SelectedDialect, connection.ServerSigningState, connection.MessageSigningPolicy, outcome.ToString());
        if (outcome == SigningOutcome.Blocked)
        {
            SmbProtocolException blocked = new(
                SmbProtocolError.Incompatible,
                $"Signing is Blocked between this client, {connection.MessageSigningPolicy}, and {connection.ServerName}, {connection.ServerSigningState} ([MS-SMB] 3.2.4.2.4). "
                + $"Change the server, or {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.MessageSigningPolicy)}"
                + (connection.MessageSigningPolicy == SmbSigningState.Required ? ": without signatures, whoever sits on the network can change every message." : "."));
            connection.Pump!.Abort(blocked);
            throw blocked;
        }
    }
}
