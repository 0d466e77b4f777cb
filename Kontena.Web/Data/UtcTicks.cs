using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Kontena.Web.Data;

/// <summary>Times as UTC ticks: SQLite has no type for them, and text with an offset does not sort.</summary>
internal sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
