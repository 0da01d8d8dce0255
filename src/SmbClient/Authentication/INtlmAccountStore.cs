using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>
/// Where NTLM accounts are. A store gives the NT hash of an account, or checks the proof itself; nobody needs a password. Safe for any number of threads.
/// </summary>
public interface INtlmAccountStore
{
    /// <summary>
    /// Finds the account that a client claims. What goes wrong is an answer (<see cref="NtlmAccountAnswer.Unavailable"/>); an exception counts as one and
    /// is logged. Every character of the names may come from an attacker.
    /// </summary>
    /// <param name="request">The names and the proof.</param>
    /// <param name="cancellationToken">Cancelled when the conversation ends.</param>
    ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken);
}
