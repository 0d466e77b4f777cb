using Kontena.Core.Services;

namespace Kontena.Core.Tests.Services;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1 KB")]
    [InlineData(212L << 20, "212 MB")]
    [InlineData(1610612736, "1.5 GB")]
    [InlineData((1L << 30) - 1, "1 GB")]
    [InlineData(99L << 30, "99 GB")]
    [InlineData(long.MaxValue, "8 EB")]
    [InlineData(long.MinValue, "-8 EB")]
    [InlineData(-1536, "-1.5 KB")]
    public void Sizes_are_written_as_people_read_them(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(768L << 20, "768m")]
    [InlineData(2L << 30, "2g")]
    [InlineData(1000, "1000")]
    [InlineData(3 << 10, "3k")]
    public void A_limit_is_written_exactly_as_a_file_would(long bytes, string text) => Assert.Equal(text, ByteSize.FormatExact(bytes));
}
