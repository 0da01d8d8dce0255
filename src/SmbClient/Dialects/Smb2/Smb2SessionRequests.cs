using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// Requests within a session: an expired one is signed in again first and the request sent once more, and one that the server has dropped leaves the
/// table (client-state K1, X2).
/// </summary>
internal static class Smb2SessionRequests
{
    /// <summary>Sends a body and returns its response, whatever the status.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<Smb2Response> SendAsync<T>(Smb2Dialect dialect, ClientSession session, T body, Smb2Address address, CancellationToken cancellationToken)
        where T : struct, ISmb2Body
    {
        int signIns = session.SignIns;
        Smb2Response response = await dialect.Exchange.SendAsync(body, address, cancellationToken).ConfigureAwait(false);
        if (response.Status == NtStatus.NetworkSessionExpired)
        {
            response.Dispose();
            await dialect.ReauthenticateAsync(session, signIns, cancellationToken).ConfigureAwait(false);
            int credits = address.Credits > 1 ? await dialect.Exchange.TakeExactlyAsync(address.Credits, cancellationToken).ConfigureAwait(false) : 0;
            response = await dialect.Exchange.SendAsync(body, address with { Credits = credits }, cancellationToken).ConfigureAwait(false);
        }

        ClientDialect.Note(session, response.Status);
        return response;
    }
}
