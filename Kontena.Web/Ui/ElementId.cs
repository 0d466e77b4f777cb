namespace Kontena.Web.Ui;

/// <summary>Ids of elements that name each other, unique in a process.</summary>
internal static class ElementId
{
    private static long _last;

    public static string New(string kind) => $"{kind}-{Interlocked.Increment(ref _last)}";
}
