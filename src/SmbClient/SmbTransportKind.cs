namespace SmbClient;

/// <summary>How messages reach the server.</summary>
public enum SmbTransportKind
{
    /// <summary>Direct TCP, port 445 unless another is given.</summary>
    DirectTcp,

    /// <summary>The NetBIOS session service over TCP ([RFC1001], [RFC1002]), port 139 unless another is given.</summary>
    NetBios,
}
