using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.TestKit.Processes;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Logs;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Kontena.Web.Stats;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kontena.TestKit.Masters;

/// <summary>Does what a master's pages do, through the same use cases, on the database of a master that runs in another process.</summary>
/// <remarks>The database holds what is wanted, so the running master sees it at its next pass at the latest; nothing here runs in its place.</remarks>
internal sealed class Operator : IAsyncDisposable
{
    public const string Grid = "default";
    private static readonly TimeSpan DeployPatience = TimeSpan.FromSeconds(180);
    private readonly WebApplication _neverStarted;

    public Operator(MasterProcess master)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kontena:Data"] = master.Data,
            ["ConnectionStrings:Postgres"] = master.Postgres,
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddData();
        builder.AddIdentity();
        builder.AddAgents();
        builder.AddEvents();
        builder.AddGrids();
        builder.AddNodes();
        builder.AddStacks();
        builder.AddServices();
        builder.AddDeploys();
        builder.AddLogs();
        builder.AddStats();
        _neverStarted = builder.Build();
    }

    /// <summary>A master administrator.</summary>
    public Actor Me { get; } = new(ActorKind.User, Guid.CreateVersion7(), "tester", MasterAdministrator: true, ImmutableDictionary<Guid, GridRole>.Empty);

    public T Use<T>()
        where T : notnull => _neverStarted.Services.GetRequiredService<T>();

    public async Task<T> ReadAsync<T>(Func<KontenaDb, Task<T>> query, CancellationToken cancel)
    {
        await using var db = await Use<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        return await query(db);
    }

    public Task<Guid> GridIdAsync(CancellationToken cancel) =>
        ReadAsync(db => db.Grids.Where(grid => grid.Name == Grid).Select(grid => grid.Id).SingleAsync(cancel), cancel);

    public Task UntilOnlineAsync(string node, Func<string> otherwise, CancellationToken cancel) => Eventually.UntilAsync(
        async token => await ReadAsync(async db => (await db.Nodes.SingleOrDefaultAsync(n => n.Name == node, token))?.Status is NodeStatus.Online, token),
        TimeSpan.FromSeconds(60), $"{node} is online", cancel, otherwise);

    /// <summary>The connection that a node has now, so that a test can wait for the next one.</summary>
    public Task<Guid?> SessionAsync(string node, CancellationToken cancel) =>
        ReadAsync(db => db.Nodes.Where(n => n.Name == node).Select(n => n.Session).SingleAsync(cancel), cancel);

    /// <summary>Saves the files as the stack's next revision.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> SaveAsync(
        string stack, ImmutableSortedDictionary<string, string> files, CancellationToken cancel, params (string Name, string Value)[] values)
    {
        var latest = await ReadAsync(db => db.Stacks.Where(s => s.Name == stack).Select(s => s.LatestRevision).SingleOrDefaultAsync(cancel), cancel);
        var request = new SaveStackRequest(
            Grid, stack, "kontena.yml", files,
            values.ToImmutableSortedDictionary(value => value.Name, value => value.Value), latest);
        var saved = Ok(await Use<SaveStack>().HandleAsync(request, Me, cancel));
        Assert.True(saved.Saved, string.Join(Environment.NewLine, saved.Findings));
        return saved.Revision;
    }

    /// <summary>Starts the deploy of a saved revision.</summary>
    /// <returns>The number of the deploy.</returns>
    public async Task<int> StartDeployAsync(string stack, int revision, CancellationToken cancel) =>
        Ok(await Use<DeployStack>().HandleAsync(Grid, stack, revision, null, Me, cancel));

    /// <summary>Saves, deploys, and waits until the deploy ended well.</summary>
    public async Task DeployAsync(
        string stack, ImmutableSortedDictionary<string, string> files, CancellationToken cancel, params (string Name, string Value)[] values)
    {
        var number = await StartDeployAsync(stack, await SaveAsync(stack, files, cancel, values), cancel);
        await UntilDeployedAsync(number, cancel);
    }

    /// <summary>Until a stack's deploy ended; fails with its reason when it did not end well.</summary>
    public async Task UntilDeployedAsync(int number, CancellationToken cancel)
    {
        var deploy = await Eventually.GetAsync(
            async token => await ReadAsync(db => db.StackDeploys.AsNoTracking().SingleOrDefaultAsync(d => d.Number == number, token), token) is { Finished: true } ended
                ? ended
                : null,
            DeployPatience, $"deploy {number} ends", cancel);
        Assert.True(deploy.Reason is null, deploy.Reason);
    }

    public async Task ScaleAsync(string stack, string service, int instances, CancellationToken cancel)
    {
        Ok(await Use<ScaleService>().HandleAsync(PathOf(stack, service), instances, Me, cancel));
        await UntilSettledAsync(stack, service, cancel);
    }

    /// <summary>Every container of the service anew, though nothing changed.</summary>
    public async Task RedeployAsync(string stack, string service, CancellationToken cancel)
    {
        Ok(await Use<DeployService>().HandleAsync(PathOf(stack, service), force: true, Me, cancel));
        await UntilSettledAsync(stack, service, cancel);
    }

    public async Task RestartAsync(string stack, string service, CancellationToken cancel) =>
        Ok(await Use<RestartService>().HandleAsync(PathOf(stack, service), number: null, Me, cancel));

    public async Task StopAsync(string stack, string service, CancellationToken cancel) =>
        Ok(await Use<StopService>().HandleAsync(PathOf(stack, service), Me, cancel));

    public async Task RemoveAsync(string stack, CancellationToken cancel) =>
        Ok(await Use<RemoveStack>().HandleAsync(Grid, stack, Me, cancel));

    /// <summary>Until no deploy of the service is going on; fails with the reason when the last one did not end well.</summary>
    public async Task UntilSettledAsync(string stack, string service, CancellationToken cancel)
    {
        var last = await Eventually.GetAsync(
            async token =>
            {
                var deploys = await ReadAsync(
                    db => db.Deploys.AsNoTracking()
                        .Where(d => db.Services.Any(s => s.Id == d.ServiceId && s.Name == service && db.Stacks.Any(k => k.Id == s.StackId && k.Name == stack)))
                        .OrderByDescending(d => d.Number).ToListAsync(token),
                    token);
                return deploys.TrueForAll(d => d.Finished) ? deploys.FirstOrDefault() : null;
            },
            DeployPatience, $"the deploy of {stack}/{service} ends", cancel);
        Assert.True(last.Reason is null, last.Reason);
    }

    public ValueTask DisposeAsync() => _neverStarted.DisposeAsync();

    private static ServicePath PathOf(string stack, string service) => new(Grid, stack, service);

    private static T Ok<T>(Result<T> result)
        where T : notnull
    {
        Assert.True(result.Ok, result.Problem?.Message);
        return result.Value!;
    }
}
