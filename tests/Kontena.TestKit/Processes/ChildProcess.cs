using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kontena.TestKit.Processes;

/// <summary>The signals that tests send, by their Linux numbers.</summary>
public enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Terminate = 15,

    /// <summary>Goes on after <see cref="Freeze"/>.</summary>
    Continue = 18,

    /// <summary>It stays, and does nothing until <see cref="Continue"/>: another fault than an end.</summary>
    Freeze = 19,
}

/// <summary>A real process that a test starts, listens to, and ends by its id.</summary>
/// <remarks>
/// It inherits <c>KONTENA_TEST_RUN</c>, by which <c>./test.sh</c> finds and ends what a killed test run left behind.
/// </remarks>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 2_000;
    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly string _name;

    private ChildProcess(string name, Process process)
    {
        _name = name;
        _process = process;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of both streams, in the order in which they came.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <param name="environment">Added to this process's own; a null value removes a variable.</param>
    public static ChildProcess Start(
        string name, string file, IEnumerable<string> arguments, string workingFolder,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder,
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[variable] = value;
        }
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.StandardInput.Close();
        var child = new ChildProcess(name, process);
        process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a command to its end. Throws with its output when it fails.</summary>
    public static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, string workingFolder, CancellationToken cancel)
    {
        await using var command = Start(file, file, arguments, workingFolder);
        await command.WaitAsync(cancel);
        return command.ExitCode == 0
            ? command.Output
            : throw new InvalidOperationException($"{file} ended with {command.ExitCode}:{Environment.NewLine}{command.Output}");
    }

    /// <summary>Until the process has ended and its output was read to the end.</summary>
    public Task WaitAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    /// <summary>SIGKILL: no chance to tidy up. Returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>A polite end by <paramref name="signal"/>; SIGKILL when it takes longer than <paramref name="patience"/>.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(Signal signal, TimeSpan patience)
    {
        if (HasExited)
        {
            return true;
        }
        Send(signal);
        using var deadline = new CancellationTokenSource(patience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Keep($"({_name} did not end within {patience.TotalSeconds} s of {signal} and is killed)");
            await KillAsync();
            return false;
        }
    }

    public void Send(Signal signal)
    {
        if (SendSignal(Id, (int)signal) != 0 && !HasExited)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{signal} to {_name} ({Id})");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
