using System.Net;
using CsCheck;
using Kontena.Agent.Networks;
using Xunit;

namespace Kontena.Agent.Tests.Networks;

public sealed class AddressPoolTests
{
    [Fact]
    public void Instances_get_the_addresses_that_the_engine_does_not_give_out_by_itself()
    {
        var pool = new AddressPool(IPNetwork.Parse("10.81.3.0/24"));
        Assert.Equal("10.81.3.0/26", pool.EngineRange);
        Assert.Equal("10.81.3.64", pool.Next(new HashSet<string>(), null));
        Assert.Equal("10.81.3.66", pool.Next(new HashSet<string> { "10.81.3.65" }, "10.81.3.64"));
        Assert.Equal("10.81.3.64", pool.Next(new HashSet<string>(), "10.81.3.254"));
    }

    [Fact]
    public void Every_address_is_given_once_and_then_there_is_none() =>
        Gen.Int[20, 28].Sample(prefix =>
        {
            var network = new IPNetwork(IPAddress.Parse("10.64.0.0"), prefix);
            var pool = new AddressPool(network);
            var (taken, last) = (new HashSet<string>(), (string?)null);
            while (pool.Next(taken, last) is { } next)
            {
                Assert.True(network.Contains(IPAddress.Parse(next)));
                Assert.True(taken.Add(next));
                last = next;
            }
            return taken.Count == ((1 << (32 - prefix)) * 3 / 4) - 1;
        });

    [Theory]
    [InlineData("kontena", "kontena")]
    [InlineData("a-very-long-network", "kt-")]
    [InlineData("dots.are.not", "kt-")]
    public void A_bridge_has_a_name_that_the_kernel_takes(string network, string begins)
    {
        Assert.StartsWith(begins, GridNetwork.BridgeName(network), StringComparison.Ordinal);
        Assert.InRange(GridNetwork.BridgeName(network).Length, 1, 15);
    }
}
