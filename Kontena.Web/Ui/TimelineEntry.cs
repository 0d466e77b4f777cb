using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Ui;

/// <param name="Key">Stable, so that a new entry does not redraw the others.</param>
/// <param name="Words">The sentence; names in it are links.</param>
/// <param name="Who">Who or what caused it, and what else is worth a quiet line.</param>
public sealed record TimelineEntry(object Key, DateTimeOffset At, CellState State, RenderFragment Words, string? Who = null, double Watched = 1);
