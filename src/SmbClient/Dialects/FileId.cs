namespace SmbClient.Dialects;

/// <summary>A handle at the server: the FID of SMB1 in <see cref="Volatile"/>, both halves in SMB2.</summary>
internal readonly record struct FileId(ulong Persistent, ulong Volatile);
