using SmbClient.Wire;

namespace SmbClient.Server.Connections;

/// <summary>Signs or seals what a connection sends. Only its send loop calls, in the order of sending.</summary>
internal interface IMessageProtection
{
    /// <summary>The message to send: the same one, or one in its place, after which the first is disposed of.</summary>
    /// <param name="message">With everything but its protection.</param>
    /// <param name="argument">What the sender gave along: a sequence number of SMB1.</param>
    MessageBuffer Protect(MessageBuffer message, ulong argument);
}
