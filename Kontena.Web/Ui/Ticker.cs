namespace Kontena.Web.Ui;

/// <summary>One timer for the ages on all pages of all circuits.</summary>
public sealed class Ticker : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly ITimer _timer;

    public Ticker(TimeProvider time)
    {
        Time = time;
        _timer = time.CreateTimer(_ => Ticked?.Invoke(), null, Every, Every);
    }

    public event Action? Ticked;

    public TimeProvider Time { get; }

    public void Dispose() => _timer.Dispose();
}
