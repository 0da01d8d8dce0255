using System;
using System.Threading;
using SmbClient.Gss;

// Both roles of Kerberos through SSPI, on Windows or under wine (tests/lab/sspi.sh): SspiSmoke SERVICE DOMAIN\USER PASSWORD
// Windows has to come to an end. wine has neither the session key nor the name of the client, so that there both sides must get as far as asking for them,
// which is after the ticket, the authenticator and the server's answer were found right.
string service = args[0];
string[] missing = ["SECPKG_ATTR_SESSION_KEY", "QueryContextAttributes(1)"];
bool good = true;
foreach ((string name, GssCredential credential) in new[] { ("password", GssCredential.Password(args[1], args[2])), ("logon session", GssCredential.Default) })
{
    GssInitiation initiation = await GssMechanism.Kerberos.CreateInitiatorAsync(
        new GssInitiatorOptions { Credential = credential, TargetName = service, Delegation = GssDelegationPolicy.None }, CancellationToken.None);
    using GssContext? client = initiation.Context;
    using GssContext? server = GssMechanism.Kerberos.CreateAcceptor(new GssAcceptorOptions { NetBiosComputerName = "SMOKE", NetBiosDomainName = "SMOKE" });
    if (client is null || server is null)
    {
        Console.WriteLine($"{name}: {(client is null ? initiation.Reason : "no acceptor")}");
        good = false;
        continue;
    }

    GssStep request = client.Step(default);
    GssStep answer = server.Step(request.Token.Span);
    GssStep end = client.Step(answer.Token.Span);
    Console.WriteLine($"{name}: request of {request.Token.Length} octets; server {answer.Status} {answer.Reason}; client {end.Status} {end.Reason}");
    good &= IsAsFarAsItGoes(answer) && IsAsFarAsItGoes(end);
}

Console.WriteLine(good ? "passed" : "FAILED");
return good ? 0 : 1;

bool IsAsFarAsItGoes(GssStep step) =>
    step.Status == GssStatus.Complete || Array.Exists(missing, m => step.Reason?.Contains(m, StringComparison.Ordinal) == true);
