using Kontena.TestKit.Engines;
using Kontena.TestKit.Processes;

namespace Kontena.TestKit.Masters;

/// <summary>A real master, a real agent on the engine of this machine, and somebody who operates them.</summary>
internal sealed class LiveGrid : IAsyncDisposable
{
    public const string Node = "node-a";

    private LiveGrid(TestEngine engine, MasterProcess master, AgentProcess agent, Operator person, Guid id) =>
        (Engine, Master, Agent, Operator, Id) = (engine, master, agent, person, id);

    public TestEngine Engine { get; }

    public MasterProcess Master { get; }

    public AgentProcess Agent { get; }

    public Operator Operator { get; }

    public Guid Id { get; }

    /// <param name="postgres">Connection string; null: SQLite.</param>
    /// <param name="images">What the test's stacks need on the engine.</param>
    public static async Task<LiveGrid> StartAsync(TestEngine engine, CancellationToken cancel, string? postgres = null, params TestImage[] images)
    {
        await engine.NeedAsync(cancel, images);
        var master = await MasterProcess.StartAsync(cancel, postgres);
        var person = new Operator(master);
        var grid = await person.GridIdAsync(cancel);
        engine.Track(grid);
        var live = new LiveGrid(engine, master, AgentProcess.Start(master, Node), person, grid);
        await live.UntilOnlineAsync(cancel);
        return live;
    }

    public Task UntilOnlineAsync(CancellationToken cancel) => Operator.UntilOnlineAsync(
        Node, () => $"The agent said:{Environment.NewLine}{Agent.Output}{Environment.NewLine}The master said:{Environment.NewLine}{Master.Output}", cancel);

    /// <summary>Until the agent has connected anew and said what its host is.</summary>
    public async Task UntilReconnectedAsync(Guid? earlier, CancellationToken cancel)
    {
        await Eventually.UntilAsync(
            async token => await Operator.SessionAsync(Node, token) is { } session && session != earlier,
            TimeSpan.FromSeconds(60), "the agent is connected again", cancel, () => Agent.Output);
        await UntilOnlineAsync(cancel);
    }

    /// <summary>A stack name that no other grid on this engine has: two stacks of one name would want the same container names.</summary>
    public string Own(string stack) => $"{stack}-{Id.ToString("N")[^6..]}";

    /// <summary>Ids of the containers of a service, running or not, by instance number.</summary>
    public async Task<IReadOnlyDictionary<int, string>> ContainersAsync(string stack, string service, CancellationToken cancel)
    {
        var containers = await Engine.ContainersAsync(
            cancel, $"{TestEngine.GridLabel}={Id}", $"io.kontena.stack.name={stack}", $"io.kontena.service.name={service}", "io.kontena.container.type=container");
        return containers.ToDictionary(
            container => int.Parse(container.Labels["io.kontena.service.instance_number"], System.Globalization.CultureInfo.InvariantCulture),
            container => container.ID);
    }

    /// <summary>Until exactly that many containers of the service run.</summary>
    public Task UntilRunningAsync(string stack, string service, int count, CancellationToken cancel) => Eventually.UntilAsync(
        async token => (await Engine.RunningSinceAsync(Id, token)).Keys.Count(name => name.StartsWith($"{stack}.{service}-", StringComparison.Ordinal)) == count,
        TimeSpan.FromSeconds(60), $"{count} containers of {stack}/{service} run", cancel, () => Agent.Output);

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Operator.DisposeAsync();
        await Master.DisposeAsync();
        await Engine.RemoveAsync($"{TestEngine.GridLabel}={Id}", CancellationToken.None);
    }
}
