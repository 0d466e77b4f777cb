using Bunit;
using Kontena.Web.Ui;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Web.Tests.Pages;

public sealed class StepperTests : BunitContext
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _wanted = [];

    public StepperTests() => Services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public void Several_presses_are_one_wish_told_once_the_hand_rests()
    {
        var stepper = Show(6);
        Press(stepper, "One more");
        Press(stepper, "One more");
        Press(stepper, "One more");
        Assert.Equal("9", stepper.Find("input").GetAttribute("value"));
        Assert.Empty(_wanted);
        _time.Advance(TimeSpan.FromSeconds(1));
        stepper.WaitForAssertion(() => Assert.Equal([9], _wanted));
    }

    [Fact]
    public void A_wish_that_is_taken_back_is_none()
    {
        var stepper = Show(6);
        Press(stepper, "One more");
        Press(stepper, "One fewer");
        _time.Advance(TimeSpan.FromSeconds(1));
        stepper.WaitForAssertion(() => Assert.Equal("6", stepper.Find("input").GetAttribute("value")));
        Assert.Empty(_wanted);
    }

    [Fact]
    public void A_typed_number_is_kept_within_the_bounds()
    {
        var stepper = Show(6);
        stepper.Find("input").Change("5000");
        _time.Advance(TimeSpan.FromSeconds(1));
        stepper.WaitForAssertion(() => Assert.Equal([1000], _wanted));
    }

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("")]
    public void What_is_no_number_is_no_wish(string typed)
    {
        var stepper = Show(6);
        stepper.Find("input").Change(typed);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("6", stepper.Find("input").GetAttribute("value"));
        Assert.Empty(_wanted);
    }

    [Fact]
    public void It_stops_at_its_ends()
    {
        var stepper = Show(0);
        Assert.True(stepper.Find("button[aria-label='One fewer']").HasAttribute("disabled"));
    }

    private IRenderedComponent<Stepper> Show(int value) => Render<Stepper>(p => p
        .Add(c => c.Value, value).Add(c => c.Max, 1000).Add(c => c.Label, "Instances").Add(c => c.Wanted, (int n) => _wanted.Add(n)));

    private static void Press(IRenderedComponent<Stepper> stepper, string name) => stepper.Find($"button[aria-label='{name}']").Click();
}
