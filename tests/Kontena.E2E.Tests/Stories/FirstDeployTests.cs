using Docker.DotNet.Models;
using Kontena.E2E.Tests.Browsers;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Kontena.TestKit.Masters;
using Kontena.TestKit.Processes;
using Microsoft.Playwright;
using Xunit;

namespace Kontena.E2E.Tests.Stories;

/// <summary>The whole story of a newcomer, on the shipped programs, a real engine and a real browser.</summary>
public sealed class FirstDeployTests(Chromium chromium, TestEngine engine)
{
    private const string Stack = "shop";
    private const string Password = "correct horse battery";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Sample = ["kontena.yml", "docker-compose.yml"];

    /// <summary>The pages of a grid once something runs, by the name of their picture.</summary>
    private static readonly (string Name, string Path)[] Pages =
    [
        ("overview", ""), ("nodes", "/nodes"), ("node", "/nodes/node-1"), ("stacks", "/stacks"), ("stack", $"/stacks/{Stack}"), ("stack-editor", $"/stacks/{Stack}/edit"),
        ("plan", $"/stacks/{Stack}/plan"), ("deploy", "/deploys/1"), ("services", "/services"), ("service", $"/services/{Stack}/worker"),
        ("service-instances", $"/services/{Stack}/worker/instances"), ("logs", $"/services/{Stack}/worker/logs"), ("stats", $"/services/{Stack}/worker/stats"),
        ("service-config", $"/services/{Stack}/worker/config"), ("service-events", $"/services/{Stack}/worker/events"), ("volumes", "/volumes"), ("activity", "/activity"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomer_sets_up_drops_a_file_deploys_watches_scales_stops_and_removes()
    {
        await engine.NeedAsync(Cancel, TestImage.Shop, TestImage.MariaDb);
        await using var master = await MasterProcess.StartAsync(Cancel);
        await using var watch = new Operator(master);
        var grid = await watch.GridIdAsync(Cancel);
        engine.Track(grid);
        await using var window = await chromium.OpenAsync(master.Address, Look.DesktopDark, Cancel);
        var page = window.Page;

        // The first administrator.
        await window.GoToStaticAsync("/");
        await page.WaitForURLAsync("**/setup");
        await window.IsAccessibleAsync("setup");
        await window.PictureAsync("setup");
        await page.GetByLabel("Setup code").FillAsync(master.SetupCode);
        await page.GetByLabel("Name").FillAsync("Anna Lindqvist");
        await page.GetByLabel("Email").FillAsync("anna@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create administrator" }).ClickAsync();
        await window.UntilInteractiveAsync();
        await window.IsAccessibleAsync("the empty overview");

        // This machine joins, and the open page says so by itself.
        await using var agent = AgentProcess.Start(master, "node-1");
        await page.GetByText("1 of 1 connected").WaitForAsync(new() { Timeout = 30_000 });

        // The file is dropped on the page; the one that it extends is asked for, and dropped too.
        await page.GetByRole(AriaRole.Link, new() { Name = "Deploy a file" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "New stack" }).WaitForAsync();
        await page.Locator(".monaco-editor").First.WaitForAsync();
        await DropAsync(page, Sample[0]);
        await page.GetByText("docker-compose.yml is needed").First.WaitForAsync();
        await window.IsAccessibleAsync("the editor that misses a file");
        await DropAsync(page, Sample[1]);
        await page.GetByLabel("Name of the stack").FillAsync(Stack);
        await page.GetByLabel("Name of the stack").BlurAsync();
        await page.GetByText("created with 1 instance, stateful").WaitForAsync();

        // The plan, then the deploy, to its verdict.
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and review" }).ClickAsync();
        await page.WaitForURLAsync("**/plan");
        await page.GetByText("Every instance has a node").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy revision 1" }).ClickAsync();
        await page.WaitForURLAsync("**/deploys/1");
        await Eventually.UntilAsync(async _ => (await page.Locator(".k-verdict-head h2").InnerTextAsync()) is var verdict && (verdict.StartsWith("Settled", StringComparison.Ordinal)
            || verdict.StartsWith("Fail", StringComparison.Ordinal)), TimeSpan.FromSeconds(120), "the deploy has a verdict", Cancel, () => agent.Output);
        Assert.True(await page.Locator(".k-verdict-head h2").InnerTextAsync() == "Settled: 3 instances as wanted", await page.Locator("main").InnerTextAsync());
        Assert.Equal(["shop.mysql-1", "shop.web-1", "shop.worker-1"], await RunningAsync(grid));

        // A line that the container writes now appears in the live log, and the chart moves.
        await window.GoToAsync($"/grids/default/services/{Stack}/web/logs");
        await page.Locator(".k-log-row").First.WaitForAsync(new() { Timeout = 30_000 });
        var marker = $"/?story={Guid.CreateVersion7():N}";
        using (var http = new HttpClient())
        {
            Assert.True((await http.GetAsync(new Uri($"http://127.0.0.1:8082{marker}"), Cancel)).IsSuccessStatusCode);
        }
        await page.Locator(".k-log-row", new() { HasText = marker }).WaitForAsync(new() { Timeout = 10_000 });
        await window.GoToAsync($"/grids/default/services/{Stack}/worker/stats");
        await page.GetByRole(AriaRole.Button, new() { Name = "As table: CPU" }).ClickAsync();
        var latest = page.Locator(".k-charts-table:visible tbody tr").First;
        await latest.WaitForAsync(new() { Timeout = 30_000 });
        var before = await latest.InnerTextAsync();
        await Eventually.UntilAsync(async _ => await latest.InnerTextAsync() != before, TimeSpan.FromSeconds(30), "the chart moves", Cancel);
        window.HadNoFaults();

        // Every page, in every look.
        foreach (var look in Look.All)
        {
            await LookAroundAsync(master, look);
        }

        // Scale, stop.
        await window.GoToAsync($"/grids/default/services/{Stack}/worker");
        await page.GetByRole(AriaRole.Textbox, new() { Name = $"Instances of {Stack}/worker" }).FillAsync("3");
        await page.Keyboard.PressAsync("Enter");
        await Eventually.UntilAsync(async _ => (await RunningAsync(grid)).Count == 5, Patience, "three workers run in the engine", Cancel, () => agent.Output);
        await page.GetByText("3 of 3 running").WaitForAsync(new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions of" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("^Stop") }).ClickAsync();
        await Eventually.UntilAsync(async _ => (await RunningAsync(grid)).Count == 2, Patience, "the workers are stopped", Cancel, () => agent.Output);

        // Remove: containers go, data stays and is listed.
        var volumes = await VolumesAsync(grid);
        Assert.Single(volumes);
        await window.GoToAsync($"/grids/default/stacks/{Stack}");
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions of" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the stack" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Remove the stack" })).ToBeDisabledAsync();
        await window.IsAccessibleAsync("the question before a stack is removed");
        await dialog.GetByRole(AriaRole.Textbox).FillAsync(Stack);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove the stack" }).ClickAsync();
        await Eventually.UntilAsync(async _ => (await ContainersAsync(grid)).Count == 0, Patience, "every container is gone", Cancel, () => agent.Output);
        Assert.Equal(volumes, await VolumesAsync(grid));
        await window.GoToAsync("/grids/default/volumes");
        await page.GetByText(volumes[0]).First.WaitForAsync();
        await page.GetByText("Detached").First.WaitForAsync();
        await window.IsAccessibleAsync("the volumes without an owner");
        window.HadNoFaults();
    }

    /// <summary>Signs in at another size or theme and opens every page: nothing for axe to find, nothing too wide, nothing broken.</summary>
    private async Task LookAroundAsync(MasterProcess master, Look look)
    {
        await using var window = await chromium.OpenAsync(master.Address, look, Cancel);
        await window.GoToStaticAsync("/");
        await window.Page.WaitForURLAsync("**/sign-in**");
        await window.IsAccessibleAsync("sign-in");
        await window.FitsItsWidthAsync("sign-in");
        await window.PictureAsync("signin");
        await window.Page.GetByLabel("Email").FillAsync("anna@example.org");
        await window.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.UntilInteractiveAsync();
        var findings = new List<string>();
        foreach (var (name, path) in Pages)
        {
            await window.GoToAsync($"/grids/default{path}");
            await SettledAsync(window.Page, name);
            await window.PictureAsync(name);
            foreach (var check in new[] { window.IsAccessibleAsync, window.FitsItsWidthAsync })
            {
                try
                {
                    await check(name);
                }
                catch (Xunit.Sdk.XunitException e)
                {
                    findings.Add(e.Message); // all pages are looked at before the test fails
                }
            }
        }
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
        window.HadNoFaults();
    }

    /// <summary>What comes after the page itself is there: log rows, chart points, the code editor.</summary>
    private static async Task SettledAsync(IPage page, string name)
    {
        var last = name switch
        {
            "logs" or "service" => ".k-log-row",
            "stats" => ".k-chart canvas",
            "stack-editor" => ".monaco-editor .view-line",
            _ => "h1",
        };
        await page.Locator(last).First.WaitForAsync(new() { Timeout = 30_000 });
    }

    /// <summary>Drops a file of the sample on the page, as a person does with the mouse.</summary>
    private static async Task DropAsync(IPage page, string file)
    {
        var text = await File.ReadAllTextAsync(RepositoryRoot.At("samples", "shop", file), Cancel);
        await page.EvaluateAsync("""
            ([name, text]) => {
              const data = new DataTransfer();
              data.items.add(new File([text], name, { type: "text/yaml" }));
              const target = document.querySelector("main");
              for (const kind of ["dragenter", "dragover", "drop"]) {
                target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
              }
            }
            """, new[] { file, text });
    }

    private async Task<IList<ContainerListResponse>> ContainersAsync(Guid grid) => [.. await engine.ContainersAsync(Cancel, $"{TestEngine.GridLabel}={grid}")];

    private async Task<List<string>> RunningAsync(Guid grid) =>
        [.. (await ContainersAsync(grid)).Where(c => c.State == "running").Select(c => c.Names[0].TrimStart('/')).Order(StringComparer.Ordinal)];

    private async Task<List<string>> VolumesAsync(Guid grid) =>
        [.. (await engine.VolumesAsync(Cancel, $"{TestEngine.GridLabel}={grid}")).Select(v => v.Name).Order(StringComparer.Ordinal)];
}
