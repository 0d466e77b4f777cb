using System.Data.Common;
using Kontena.Core.Problems;
using Kontena.Web.Grids;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Kontena.Web.Data;

internal static class DataSetup
{
    public static WebApplicationBuilder AddData(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DataOptions>().BindConfiguration("Kontena").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton<ChangeFeed>();
        if (builder.Configuration.GetConnectionString("Postgres") is { Length: > 0 } postgres)
        {
            builder.Services.AddDbContextFactory<PostgresKontenaDb>(options => options.UseNpgsql(postgres));
            builder.Services.AddSingleton<IDbContextFactory<KontenaDb>, FactoryOf<PostgresKontenaDb>>();
        }
        else
        {
            builder.Services.AddDbContextFactory<SqliteKontenaDb>((services, options) => options.UseSqlite(
                new SqliteConnectionStringBuilder
                {
                    DataSource = services.GetRequiredService<DataFolder>().File("kontena.db"),
                    ForeignKeys = true,
                    DefaultTimeout = 30,
                }.ConnectionString));
            builder.Services.AddSingleton<IDbContextFactory<KontenaDb>, FactoryOf<SqliteKontenaDb>>();
        }
        builder.Services.AddScoped(services => services.GetRequiredService<IDbContextFactory<KontenaDb>>().CreateDbContext());
        builder.Services.AddDataProtection().SetApplicationName("kontena");
        builder.Services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<DataFolder, ILoggerFactory>((options, folder, logs) =>
                options.XmlRepository = new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(
                    folder.Private("keys"), logs));
        return builder;
    }

    /// <summary>Brings the schema up to date and makes the first grid. Runs before anything serves.</summary>
    public static async Task PrepareDataAsync(this WebApplication app, CancellationToken cancel)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        await db.Database.MigrateAsync(cancel);
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (!await db.Installation.AnyAsync(cancel))
        {
            db.Installation.Add(new Installation { CreatedAt = now });
            db.Grids.Add(new Grid { Name = "default", CreatedAt = now });
            await db.SaveChangesAsync(cancel);
        }
    }

    private sealed class FactoryOf<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<KontenaDb>
        where TContext : KontenaDb
    {
        public KontenaDb CreateDbContext() => inner.CreateDbContext();
    }
}

internal static class Saving
{
    /// <summary>Saves, or says that somebody else was first.</summary>
    /// <param name="what">The thing that both wanted to change: "stack shop".</param>
    public static async Task<Problem?> SaveAsync(this KontenaDb db, string what, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problem.Conflict("changed_meanwhile", $"Somebody else changed {what} a moment ago. Look at it again, then repeat what you did.");
        }
        catch (DbUpdateException e) when (IsDuplicate(e.InnerException))
        {
            return Problem.Conflict("taken", $"Somebody else changed {what} or took that name a moment ago. Look at it again, then repeat what you did.");
        }
    }

    /// <summary>
    /// Repeats a use case that lost a race over rows which it merely passes through (a node's order generation, the deploy counter).
    /// What a person must decide anew (somebody saved this file) is checked inside, against what that person saw.
    /// </summary>
    public static async Task<Result<T>> RetryAsync<T>(Func<Task<Result<T>>> useCase)
        where T : notnull
    {
        const int Most = 10;
        for (var attempt = 1; ; attempt++)
        {
            var result = await useCase();
            if (result.Problem?.Code is not "changed_meanwhile" and not "taken" || attempt == Most)
            {
                return result;
            }
        }
    }

    public static bool IsDuplicate(Exception? e) => e switch
    {
        SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } => true, // unique index, primary key
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        _ => false,
    };
}
