using Kontena.Web.Ui;
using Xunit;

namespace Kontena.Web.Tests.Ui;

public sealed class WordsTests
{
    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0, "now")]
    [InlineData(42, "42 s")]
    [InlineData(60, "1 min")]
    [InlineData(3_599, "59 min")]
    [InlineData(3_600, "1 h")]
    [InlineData(86_400, "1 day")]
    [InlineData(86_400 * 112, "112 days")]
    public void An_age_has_one_unit(int seconds, string words) => Assert.Equal(words, Ago.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-1, "0:00")]
    [InlineData(58, "0:58")]
    [InlineData(290, "4:50")]
    [InlineData(7_200, "2 h")]
    [InlineData(86_400 * 41, "41 d")]
    public void A_short_age_fits_a_column(int seconds, string words) => Assert.Equal(words, Ago.Short(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.42, "0.4 s")]
    [InlineData(12.9, "12 s")]
    [InlineData(188, "3 min 08 s")]
    [InlineData(7_500, "2 h 05 min")]
    public void How_long_something_took(double seconds, string words) => Assert.Equal(words, Ago.Took(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_024, "1 KB")]
    [InlineData(421_527_552, "402 MB")]
    [InlineData(1_717_986_918, "1.6 GB")]
    [InlineData(15_247_227_904, "14 GB")]
    public void Bytes_read_as_a_person_says_them(long bytes, string words) => Assert.Equal(words, Amount.Bytes(bytes));

    [Theory]
    [InlineData(0.79, null, null)]
    [InlineData(0.8, "k-near", "k-warn")]
    [InlineData(0.9, "k-full", "k-crit")]
    public void Fullness_gets_a_colour_only_when_it_matters(double value, string? bar, string? words) =>
        Assert.Equal((bar, words), (Usage.Level(value), Usage.Words(value)));
}
