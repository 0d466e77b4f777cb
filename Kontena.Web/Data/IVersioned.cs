namespace Kontena.Web.Data;

/// <summary>An entity that two writers may meet at: the second one to save is refused.</summary>
internal interface IVersioned
{
    /// <summary>Raised by each save; a concurrency token.</summary>
    long RowVersion { get; set; }
}
