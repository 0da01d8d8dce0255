namespace SmbClient.Gss;

/// <summary>Nobody: there is no secret to compare or to clear.</summary>
internal sealed class AnonymousCredential : GssCredential
{
    public AnonymousCredential()
        : base("", "")
    {
    }

    protected override bool SecretMatches(GssCredential other) => true;
}
