using Kontena.Core.Stacks;

namespace Kontena.Web.Stacks;

/// <summary>Reads what somebody is writing, without storing anything: for the marks in the editor.</summary>
internal sealed class CheckStack : IDisposable
{
    /// <summary>Several people may type at once, but reading never takes every processor.</summary>
    private readonly SemaphoreSlim _atOnce = new(Math.Max(1, Environment.ProcessorCount / 2));

    public void Dispose() => _atOnce.Dispose();

    public async Task<StackReading> HandleAsync(SaveStackRequest request, CancellationToken cancel)
    {
        await _atOnce.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => StackReader.Read(request.Source()), cancel);
        }
        finally
        {
            _atOnce.Release();
        }
    }
}
