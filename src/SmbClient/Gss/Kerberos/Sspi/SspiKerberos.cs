using System;
using System.Text;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>
/// Kerberos through Windows' SSPI: the package Kerberos, with our own SPNEGO around it as everywhere. Keytabs of initiators and ticket files are not
/// Windows' business, and a server that needs SIDs or has to enforce channel bindings uses <see cref="KerberosOptions"/> with a keytab.
/// </summary>
internal sealed class SspiKerberos : SystemKerberos
{
    public SspiKerberos(KerberosOptions options)
        : base(options)
    {
    }

    public override GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        // Windows does not tell whether the client was bound, nor which of our names it meant: what cannot be checked is not offered.
        if (SspiFunctions.Instance is not { } functions || options.RequireChannelBindings || options.TargetHosts is not null)
        {
            return null;
        }

        try
        {
            return new SspiAcceptor(functions, SspiCredential.OfProcess(functions, accept: true), options);
        }
        catch (SspiException)
        {
            return null;
        }
    }

    protected override Func<GssInitiation>? Prepare(GssInitiatorOptions options)
    {
        if (SspiFunctions.Instance is not { } functions || !Serves(options.Credential))
        {
            return null;
        }

        byte[] password = options.Credential is PasswordCredential ? options.Credential.EncodePlaintext(Encoding.Unicode) : [];
        return () =>
        {
            try
            {
                SspiCredential credential = options.Credential is PasswordCredential
                    ? SspiCredential.OfUser(functions, options.Credential.User, options.Credential.Domain, password)
                    : SspiCredential.OfProcess(functions, accept: false);
                return GssInitiation.Ready(SspiInitiator.Create(functions, credential, options));
            }
            catch (SspiException e)
            {
                return e.IsLogonDenied && InitiatorPrincipal.NamesRealm(options.Credential)
                    ? GssInitiation.Refused(e.Status, e.Message)
                    : GssInitiation.CannotServe(e.Message);
            }
            finally
            {
                password.AsSpan().Clear();
            }
        };
    }

    protected override string Unavailable(GssInitiatorOptions options) => SspiFunctions.Instance is null
        ? "secur32.dll cannot be loaded"
        : "on Windows, Kerberos takes a password or the logon session's tickets";

    private static bool Serves(GssCredential credential) => credential is PasswordCredential or CredentialCacheCredential { CacheName: null };
}
