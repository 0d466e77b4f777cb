using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Kontena.Web.Data;

/// <summary>For <c>dotnet ef migrations add</c>; never used at run time.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteKontenaDb>
{
    public SqliteKontenaDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteKontenaDb>().UseSqlite("Data Source=design-time.db").Options);
}

/// <inheritdoc cref="SqliteDesignTime"/>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresKontenaDb>
{
    public PostgresKontenaDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresKontenaDb>().UseNpgsql("Host=localhost;Database=design-time").Options);
}
