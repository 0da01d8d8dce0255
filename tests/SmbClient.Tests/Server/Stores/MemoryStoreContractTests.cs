using SmbClient.Server;

namespace SmbClient.Tests.Server.Stores;

/// <summary>The memory store keeps what stores promise.</summary>
public sealed class MemoryStoreContractTests() : StoreContractTests(new MemoryFileStore());
