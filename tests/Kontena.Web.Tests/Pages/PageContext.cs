using System.Security.Claims;
using Bunit;
using Kontena.TestKit.Databases;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Tests.Masters;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Kontena.Web.Tests.Pages;

/// <summary>Renders real pages over a real master, as somebody who is signed in.</summary>
internal sealed class PageContext : BunitContext
{
    private PageContext(TestMaster master, ClaimsPrincipal person)
    {
        Master = master;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<AuthenticationStateProvider>(new Person(person));
        Services.AddSingleton(services => new CurrentActor(services.GetRequiredService<AuthenticationStateProvider>(), master.Get<ActorSource>()));
        Services.AddFallbackServiceProvider(new OnlyOurs(master.Services));
    }

    public TestMaster Master { get; }

    public static async Task<PageContext> StartAsync(PostgresFixture postgres, GridRole? role = null)
    {
        var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var scope = master.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<KontenaUser>>();
        var user = new KontenaUser { UserName = "vera@example.com", Email = "vera@example.com", DisplayName = "Vera", MasterAdministrator = role is null, CreatedAt = SomeView.Now };
        var made = await users.CreateAsync(user, "correct horse battery staple");
        Xunit.Assert.True(made.Succeeded, string.Join(' ', made.Errors.Select(e => e.Description)));
        if (role is { } given)
        {
            await using var db = master.OpenDb();
            db.Memberships.Add(new GridMembership { UserId = user.Id, GridId = await db.Grids.Select(g => g.Id).SingleAsync(TestMaster.Cancel), Role = given });
            await db.SaveChangesAsync(TestMaster.Cancel);
        }
        var person = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<KontenaUser>>().CreateAsync(user);
        return new PageContext(master, person);
    }

    /// <summary>A page once it has been read.</summary>
    public IRenderedComponent<TPage> Open<TPage>(params (string Name, object Value)[] parameters)
        where TPage : GridPage
    {
        var page = Render<TPage>(p =>
        {
            p.Add(c => c.Grid, "default");
            foreach (var (name, value) in parameters)
            {
                p.TryAdd(name, value);
            }
        });
        page.WaitForElement("h1");
        return page;
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await Master.DisposeAsync();
    }

    private sealed class Person(ClaimsPrincipal person) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(person));
    }

    /// <summary>Use cases and feeds come from the master; what belongs to a circuit comes from bunit.</summary>
    private sealed class OnlyOurs(IServiceProvider master) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType.Assembly == typeof(ChangeFeed).Assembly || serviceType == typeof(TimeProvider)
            || serviceType.Namespace == "Microsoft.Extensions.Logging" ? master.GetService(serviceType) : null;
    }
}
