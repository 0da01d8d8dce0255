using SmbClient.Connections;

namespace SmbClient.Dialects;

/// <summary>What came of opening a file and reading its beginning at once.</summary>
/// <param name="Count">Octets read.</param>
/// <param name="EndOfFile">The file's length in octets when it was opened.</param>
/// <param name="Open">The open file, the caller's to close; null where it is closed again.</param>
internal readonly record struct FirstRead(int Count, long EndOfFile, ClientOpen? Open);
