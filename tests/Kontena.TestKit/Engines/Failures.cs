using Docker.DotNet.Models;

namespace Kontena.TestKit.Engines;

/// <summary>The engine reports a failed build or import inside a stream that itself succeeds.</summary>
internal sealed class Failures : IProgress<JSONMessage>
{
    private readonly List<string> _output = [];

    /// <summary>For calls whose output nobody needs.</summary>
    public static IProgress<JSONMessage> Throw => new Failures();

    public void Report(JSONMessage value)
    {
        if (value.Stream is { } text)
        {
            _output.Add(text);
        }
        if (value.Error is { } error)
        {
            throw new InvalidOperationException($"{error.Message}{Environment.NewLine}{string.Concat(_output.TakeLast(60))}");
        }
    }
}
