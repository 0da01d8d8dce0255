namespace SmbClient.Gss;

/// <summary>Whether the acceptor gets a credential of the initiator, where the mechanism can delegate.</summary>
public enum GssDelegationPolicy
{
    /// <summary>Never.</summary>
    None,

    /// <summary>Only where the domain marks the acceptor as trusted for it (OK-AS-DELEGATE): the meaning of Delegate in [MS-KILE] 3.2.1.</summary>
    WhenTrusted,

    /// <summary>To every acceptor, which can then act as the user anywhere.</summary>
    Always,
}
