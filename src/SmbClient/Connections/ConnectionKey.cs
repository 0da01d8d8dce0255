using System;

namespace SmbClient.Connections;

/// <summary>
/// What makes two connections to a server interchangeable: the server as the caller named it, how it is reached, and the properties that a
/// connection has as a whole. The name is compared without case (client-state A1, §1.2).
/// </summary>
internal sealed record ConnectionKey
{
    public ConnectionKey(string serverName, int port, SmbConnectionOptions options)
    {
        ServerName = serverName.ToUpperInvariant();
        Address = options.Address?.ToUpperInvariant();
        Port = port;
        Transport = options.Transport;
        NetBiosName = options.NetBiosName?.ToUpperInvariant();
        Sharing = options.Sharing;
        RequestTimeout = options.RequestTimeout;
        OfferExtendedSecurity = options.OfferExtendedSecurity;
        OemCodePage = options.OemEncoding?.CodePage;
        Dialects = new DialectSet(options);
        Ciphers = string.Join(" ", options.Ciphers);
        SigningAlgorithms = string.Join(" ", options.SigningAlgorithms);
    }

    public string ServerName { get; }

    public string? Address { get; }

    public int Port { get; }

    public SmbTransportKind Transport { get; }

    public string? NetBiosName { get; }

    public SmbConnectionSharing Sharing { get; }

    public TimeSpan RequestTimeout { get; }

    public bool OfferExtendedSecurity { get; }

    public int? OemCodePage { get; }

    public DialectSet Dialects { get; }

    /// <summary>What is offered, in order.</summary>
    public string Ciphers { get; }

    /// <summary>What is offered, in order.</summary>
    public string SigningAlgorithms { get; }
}
