namespace Kontena.Web.Shell;

/// <summary>Tells screen readers what happened without moving the focus. One per circuit; says one thing at most every five seconds, the newest.</summary>
public sealed class Announcer(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private DateTimeOffset _mayAt = DateTimeOffset.MinValue;
    private ITimer? _later;

    public event Action? Changed;

    public string Words { get; private set; } = "";

    public void Say(string words)
    {
        lock (_lock)
        {
            _later?.Dispose();
            _later = null;
            var now = time.GetUtcNow();
            if (now < _mayAt)
            {
                _later = time.CreateTimer(_ => Say(words), null, _mayAt - now, Timeout.InfiniteTimeSpan);
                return;
            }
            (Words, _mayAt) = (words, now + Pause);
        }
        Changed?.Invoke();
    }

    public void Dispose() => _later?.Dispose();
}
