using Kontena.Web.Identity;
using Kontena.Web.Shell;
using Xunit;

namespace Kontena.Web.Tests.Shell;

public sealed class ShellPlaceTests
{
    [Theory]
    [InlineData("", null, "")]
    [InlineData("sign-in?returnUrl=%2Fgrids%2Fx", null, "")]
    [InlineData("grids/prod-eu", "prod-eu", "")]
    [InlineData("grids/prod-eu/", "prod-eu", "")]
    [InlineData("grids/prod-eu/services/shop/web/logs?q=a/b", "prod-eu", "services")]
    [InlineData("grids/prod-eu/deploys/214", "prod-eu", "activity")]
    [InlineData("grids/caf%C3%A9/nodes#top", "café", "nodes")]
    public void An_address_says_where_one_is(string path, string? grid, string section) =>
        Assert.Equal(new ShellPlace(grid, section), ShellPlace.Of(path));

    [Fact]
    public void A_grids_name_cannot_break_out_of_the_address() =>
        Assert.Equal("/grids/a%2F..%2Fb/nodes", new ShellPlace("a/../b", "").Href("nodes"));

    [Theory]
    [InlineData("Anna Lindqvist", "AL")]
    [InlineData("anna.lindqvist@acme.example", "AL")]
    [InlineData("root", "R")]
    [InlineData("", "?")]
    [InlineData("Åsa", "Å")]
    public void Initials_come_from_the_first_and_the_last_word(string name, string initials) => Assert.Equal(initials, Initials.Of(name));

    [Theory]
    [InlineData("/grids/default?q=1", "/grids/default?q=1")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("grids/default", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Signing_in_leads_only_to_our_own_pages(string? asked, string goes) => Assert.Equal(goes, LocalAddress.Of(asked));
}
