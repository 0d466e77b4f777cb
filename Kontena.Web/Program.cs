using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Identity.Pages;
using Kontena.Web.Logs;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Kontena.Web.Shell;
using Kontena.Web.Stacks;
using Kontena.Web.Stats;

// The settings and the assets stand beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
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
builder.AddTelemetry();
builder.AddShell();

await using var app = builder.Build();
await app.PrepareDataAsync(app.Lifetime.ApplicationStopping);
await app.PrepareIdentityAsync(app.Lifetime.ApplicationStopping);
await app.PrepareNodesAsync(app.Lifetime.ApplicationStopping);
app.UseShell();
app.UseLiveOrigin();
app.UseWebSockets();
app.UseAuthentication();
app.UseAuthorization();
app.MapHealth();
app.MapAgents();
app.MapSignOut();
app.MapTelemetry();
app.MapLogs();
app.MapShell();
await app.RunAsync();

/// <summary>So that tests can start the master in their own process.</summary>
public sealed partial class Program;
