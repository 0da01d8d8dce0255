using System;
using System.Net;
using Microsoft.Extensions.Logging;

namespace SmbClient.Server.Diagnostics;

/// <summary>Every message that the server logs, with its number. No token, key or password is ever an argument.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(EventId = 201, Level = LogLevel.Debug, Message = "{Client} has connected")]
    public static partial void Connected(ILogger logger, string client);

    [LoggerMessage(EventId = 202, Level = LogLevel.Debug, Message = "{Client}: connection ended: {Reason}")]
    public static partial void Disconnected(ILogger logger, string client, string reason);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "{Client} was refused: there are {Count} connections already")]
    public static partial void TooManyConnections(ILogger logger, string client, int count);

    [LoggerMessage(EventId = 204, Level = LogLevel.Debug, Message = "{Client} negotiated {Dialect}: signing {Signing}, cipher {Cipher}")]
    public static partial void Negotiated(ILogger logger, string client, SmbDialect dialect, SmbSigningAlgorithm signing, SmbCipher? cipher);

    [LoggerMessage(EventId = 205, Level = LogLevel.Debug, Message = "{Client}: {User} has signed in by {Mechanism}")]
    public static partial void SignedIn(ILogger logger, string client, string user, string mechanism);

    [LoggerMessage(EventId = 206, Level = LogLevel.Debug, Message = "{Client}: sign-in refused with {Status}: {Reason}")]
    public static partial void SignInRefused(ILogger logger, string client, NtStatus status, string reason);

    [LoggerMessage(EventId = 207, Level = LogLevel.Debug, Message = "{Client}: {User} is connected to {Share}: {Status}")]
    public static partial void TreeConnect(ILogger logger, string client, string user, string share, NtStatus status);

    [LoggerMessage(EventId = 208, Level = LogLevel.Error, Message = "{Client}: {Command} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string client, object command);

    [LoggerMessage(EventId = 209, Level = LogLevel.Warning, Message = "A connection to {EndPoint} could not be accepted")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, EndPoint endPoint);

    [LoggerMessage(EventId = 210, Level = LogLevel.Trace, Message = "{Client} <- {Command} {Status}")]
    public static partial void Answered(ILogger logger, string client, object command, NtStatus status);
}
