namespace SmbClient.Gss.Kerberos;

/// <summary>The numbers that keep keys of different uses apart, [RFC4120] 7.5.1, [RFC4121] 2 and [MS-PAC] 2.8.</summary>
internal static class KeyUsage
{
    public const int Ticket = 2;
    public const int AuthenticatorChecksum = 10;
    public const int Authenticator = 11;
    public const int ApRep = 12;
    public const int KrbCred = 14;
    public const int PacSignature = 17;
    public const int AcceptorSign = 23;
    public const int InitiatorSign = 25;
}
