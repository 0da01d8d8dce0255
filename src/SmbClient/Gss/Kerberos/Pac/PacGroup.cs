namespace SmbClient.Gss;

/// <summary>A group in a PAC.</summary>
/// <param name="Sid">Its security identifier as text.</param>
/// <param name="Attributes">
/// GROUP_MEMBERSHIP, [MS-PAC] 2.2.2: 1 mandatory, 2 enabled by default, 4 enabled, 0x20000000 a group of the resource's domain.
/// </param>
public readonly record struct PacGroup(string Sid, uint Attributes);
