namespace SmbClient.InteropTests.Lab;

/// <summary>What a message is about, in the words that both families have.</summary>
public enum Verb
{
    Negotiate,
    SessionSetup,
    TreeConnect,
    Create,
    Close,
    Read,
    Write,
    Lock,
    Echo,
}
