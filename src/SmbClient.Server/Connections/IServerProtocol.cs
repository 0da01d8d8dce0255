using System;
using System.Threading.Tasks;
using SmbClient.Wire;

namespace SmbClient.Server.Connections;

/// <summary>A dialect family on one connection: what it receives, and what is left to do when the connection is over.</summary>
internal interface IServerProtocol : IDisposable
{
    /// <summary>Octets of the largest message that may come now.</summary>
    int MaxMessageSize { get; }

    /// <summary>
    /// Takes one message and its buffer. Called in the order of receipt by one caller at a time, which does not wait for the answers; the task ends
    /// when the next message may come. An exception ends the connection.
    /// </summary>
    ValueTask ReceiveAsync(MessageBuffer message);

    /// <summary>Closes every file and session; <see cref="IDisposable.Dispose"/>, which clears keys, comes when the last answer has left. After the last <see cref="ReceiveAsync"/>, once.</summary>
    ValueTask EndAsync();
}
