using Kontena.TestKit.Masters;
using Xunit;

namespace Kontena.Integration.Tests;

/// <summary>Grids on one engine take names and a network from each other: these tests run one after the other.</summary>
[CollectionDefinition(nameof(LiveGrid))]
public sealed class LiveGridCollection;
