using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Logs;

internal enum LogStoreKind
{
    /// <summary>Files with SQLite, the database with PostgreSQL.</summary>
    Auto,

    /// <summary>Segment files in the data folder; one master.</summary>
    Files,

    /// <summary>Rows in the database; any number of masters.</summary>
    Database,
}

internal sealed class LogOptions
{
    public LogStoreKind Store { get; set; }

    /// <summary>Lines older than this go.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Stored bytes of one service; beyond them the oldest go.</summary>
    [Range(1L << 20, 1L << 50)]
    public long KeepBytesPerService { get; set; } = 1L << 30;

    /// <summary>A segment file of this size is closed.</summary>
    [Range(1L << 16, 1L << 32)]
    public long SegmentBytes { get; set; } = 16L << 20;

    /// <summary>A segment file of this age is closed, so that retention by age can let it go.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan SegmentSpan { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Longest time that one search may take; then it ends with what it found.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan SearchFor { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
internal sealed partial class LogOptionsValidator : IValidateOptions<LogOptions>;
