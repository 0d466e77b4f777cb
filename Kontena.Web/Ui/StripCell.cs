namespace Kontena.Web.Ui;

/// <summary>One instance in an <see cref="InstanceStrip"/>.</summary>
/// <param name="Watched">Share of the watch window that has passed, 0–1.</param>
/// <param name="Node">Cells of different nodes stand a little apart; null when that does not matter.</param>
/// <param name="Label">For its tooltip and for screen readers: "web-4 on nbg-2, settling".</param>
/// <param name="Href">Where the cell leads; null when it is no link.</param>
public sealed record StripCell(CellState State, double Watched = 1, string? Node = null, string? Label = null, string? Href = null);
