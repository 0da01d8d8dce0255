#if !NET
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient;

/// <summary>Members of <see cref="Dns"/> that netstandard2.0 lacks.</summary>
internal static class DnsExtensions
{
    extension(Dns)
    {
        public static Task<IPAddress[]> GetHostAddressesAsync(string host, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Dns.GetHostAddressesAsync(host);
        }
    }
}
#endif
