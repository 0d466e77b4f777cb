using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Stats;

internal sealed class StatOptions
{
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan KeepSamplesFor { get; set; } = TimeSpan.FromHours(24);

    [Range(typeof(TimeSpan), "1.00:00:00", "400.00:00:00")]
    public TimeSpan KeepFiveMinutesFor { get; set; } = TimeSpan.FromDays(14);

    [Range(typeof(TimeSpan), "1.00:00:00", "4000.00:00:00")]
    public TimeSpan KeepHoursFor { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Samples that a killed master may lose.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan SealAfter { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class StatOptionsValidator : IValidateOptions<StatOptions>;
