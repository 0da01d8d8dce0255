namespace SmbClient.Server;

/// <summary>Room in a store.</summary>
/// <param name="TotalOctets">What it holds at most.</param>
/// <param name="FreeOctets">What is left.</param>
public readonly record struct SmbStoreSpace(long TotalOctets, long FreeOctets);
