using System.Threading.Tasks;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>A server ends the session with the ticket, and the client goes on with another.</summary>
public sealed class KerberosExpiryTests(KerberosLab lab)
{
    [Theory]
    [InlineData(SmbDialect.NtLm012)]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb311)]
    public async Task A_session_that_ends_with_its_ticket(SmbDialect dialect)
    {
        KerberosServer server = await lab.StartAsync("files.mit.test");

        await ShortTicket.OutliveAsync(lab, server.Realm, context => server.Options(context, dialect));
    }
}
