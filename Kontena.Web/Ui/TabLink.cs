namespace Kontena.Web.Ui;

/// <param name="Href">The tab's own address; the tab whose path is the present one is the current one.</param>
/// <param name="Count">How many things it holds; null shows none.</param>
/// <param name="OffBecause">Why the tab cannot be opened now; null when it can.</param>
public sealed record TabLink(string Text, string Href, int? Count = null, string? OffBecause = null);
