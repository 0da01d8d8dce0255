using System;
using Microsoft.Extensions.Logging;

namespace SmbClient.Diagnostics;

/// <summary>Every message that the library logs, with its number. No token, key or password is ever an argument.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Connected to {Server} by {Transport}")]
    public static partial void Connected(ILogger logger, string server, string transport);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "{Server} negotiated {Dialect}: signing {SigningState}, policy {Policy}, outcome {Outcome}")]
    public static partial void Negotiated(ILogger logger, string server, SmbDialect dialect, SmbSigningState signingState, SmbSigningState policy, string outcome);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "Connection to {Server} ended: {Reason}")]
    public static partial void ConnectionAborted(ILogger logger, string server, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "The receive loop of {Server} failed")]
    public static partial void ReceiveLoopFailed(ILogger logger, Exception exception, string server);

    [LoggerMessage(EventId = 5, Level = LogLevel.Trace, Message = "{Server} <- {Request}")]
    public static partial void Sending(ILogger logger, string server, object request);

    [LoggerMessage(EventId = 6, Level = LogLevel.Trace, Message = "{Server} -> {Message}")]
    public static partial void Received(ILogger logger, string server, object message);

    [LoggerMessage(EventId = 10, Level = LogLevel.Debug, Message = "Session for {User} on {Server} reused")]
    public static partial void SessionReused(ILogger logger, string user, string server);

    [LoggerMessage(EventId = 11, Level = LogLevel.Debug, Message = "{User} signed in to {Server}: {Details}")]
    public static partial void SignedIn(ILogger logger, string user, string server, string details);

    [LoggerMessage(EventId = 12, Level = LogLevel.Debug, Message = "Sign-in of {User} to {Server} failed: {Reason}")]
    public static partial void SignInFailed(ILogger logger, string user, string server, string reason);

    [LoggerMessage(EventId = 13, Level = LogLevel.Debug, Message = "Session of {User} on {Server} expired; signing in again")]
    public static partial void Reauthenticating(ILogger logger, string user, string server);

    [LoggerMessage(EventId = 14, Level = LogLevel.Debug, Message = "Session of {User} on {Server} closed: {Reason}")]
    public static partial void SessionClosed(ILogger logger, string user, string server, string reason);

    [LoggerMessage(EventId = 15, Level = LogLevel.Debug, Message = "GSS: {Decision}")]
    public static partial void GssDecision(ILogger logger, string decision);

    [LoggerMessage(EventId = 16, Level = LogLevel.Debug, Message = "GSS leg {Leg} of {User} to {Server} by {Mechanism}: took {InputLength} octets, gives {OutputLength}, {Status}")]
    public static partial void GssLeg(ILogger logger, int leg, string user, string server, string mechanism, int inputLength, int outputLength, string status);

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "Authentication {Id} of {Peer} ended: {Outcome}, {Name} by {Mechanism} on {Workstation}, {Legs} legs in {Milliseconds} ms; {Details}")]
    public static partial void AuthenticationEnded(ILogger logger, long id, string peer, string outcome, string name, string mechanism, string workstation, int legs, long milliseconds, string details);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "Authentication {Id} failed inside")]
    public static partial void AuthenticationFailedInside(ILogger logger, Exception exception, long id);

    [LoggerMessage(EventId = 32, Level = LogLevel.Error, Message = "The account store failed")]
    public static partial void AccountStoreFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 33, Level = LogLevel.Warning, Message = "Authentication of {Peer} refused: {Count} conversations are under way, which is the limit")]
    public static partial void TooManyConversations(ILogger logger, string peer, int count);

    [LoggerMessage(EventId = 34, Level = LogLevel.Information, Message = "Authentication {Id} of {Peer} waits {Milliseconds} ms after repeated failures")]
    public static partial void AuthenticationDelayed(ILogger logger, long id, string peer, long milliseconds);

    [LoggerMessage(EventId = 35, Level = LogLevel.Warning, Message = "Authentication {Id} of {Name} goes on without its PAC: {Reason}")]
    public static partial void PacIgnored(ILogger logger, long id, string name, string reason);

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "{Mechanism} is listed but cannot serve: it has no library, or no key of this service")]
    public static partial void MechanismUnavailable(ILogger logger, string mechanism);
}
