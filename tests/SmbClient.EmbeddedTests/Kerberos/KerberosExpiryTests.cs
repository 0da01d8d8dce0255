using System.Threading.Tasks;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Our server ends the session with the ticket, and the client goes on with another.</summary>
public sealed class KerberosExpiryTests(KerberosLab lab)
{
    [Theory]
    [InlineData(KerberosServices.Managed, SmbDialect.NtLm012)]
    [InlineData(KerberosServices.Managed, SmbDialect.Smb202)]
    [InlineData(KerberosServices.Managed, SmbDialect.Smb311)]
    [InlineData(KerberosServices.Mit, SmbDialect.Smb311)]
    [InlineData(KerberosServices.Heimdal, SmbDialect.Smb311)]
    public async Task A_session_that_ends_with_its_ticket(string acceptor, SmbDialect dialect)
    {
        await using KerberosServices server = await KerberosServices.StartAsync(lab, acceptor);

        await ShortTicket.OutliveAsync(lab, KerberosLab.Realm, context => server.Options(context, "nodeleg.mit.test", dialect));
    }
}
