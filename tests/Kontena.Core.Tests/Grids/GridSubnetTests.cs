using CsCheck;
using Kontena.Core.Grids;

namespace Kontena.Core.Tests.Grids;

public sealed class GridSubnetTests
{
    [Fact]
    public void A_node_has_its_address_and_its_part_by_its_number()
    {
        var subnet = GridSubnet.Default;
        Assert.Equal("10.81.0.0/16", subnet.ToString());
        Assert.Equal("10.81.0.7", subnet.NodeAddress(7).ToString());
        Assert.Equal("10.81.7.0/24", subnet.NodeSubnet(7).ToString());
        Assert.Equal("10.81.7.1", subnet.NodeGateway(7).ToString());
    }

    [Theory]
    [InlineData("10.81.0.0/11")]
    [InlineData("10.81.0.0/17")]
    [InlineData("10.81.0.0")]
    [InlineData("fd00::/16")]
    [InlineData("10.81.3.0/16")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_not_a_usable_subnet_is_refused(string? text) => Assert.Equal("grid_subnet", GridSubnet.Parse(text).Problem?.Code);

    [Fact]
    public void Parts_of_nodes_never_overlap_and_stay_within_the_grid() =>
        Gen.Select(Gen.Int[0, 2].Select(i => new[] { "10.81.0.0/16", "172.16.0.0/12", "10.96.0.0/14" }[i]), Gen.Int[1, 254], Gen.Int[1, 254]).Sample((text, a, b) =>
        {
            var subnet = GridSubnet.Parse(text).Value;
            var grid = System.Net.IPNetwork.Parse(text);
            return grid.Contains(subnet.NodeGateway(a)) && grid.Contains(subnet.NodeAddress(a))
                && !subnet.NodeSubnet(a).Contains(subnet.NodeAddress(b))
                && subnet.NodeSubnet(a).Contains(subnet.NodeGateway(b)) == (a == b);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void There_are_254_nodes(int number) => Assert.Throws<ArgumentOutOfRangeException>(() => GridSubnet.Default.NodeSubnet(number));
}
