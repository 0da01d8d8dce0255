using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>What came of a create.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Open">What was opened, which the session now owns and closes; null unless the status is success.</param>
/// <param name="Action">What happened to the file.</param>
/// <param name="Entry">What is known of it now; null for a pipe.</param>
internal readonly record struct CreateOutcome(NtStatus Status, ServerOpen? Open = null, CreateAction Action = default, SmbStoreEntry? Entry = null);
