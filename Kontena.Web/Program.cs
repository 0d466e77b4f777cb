using Kontena.Web.Shell;

var builder = WebApplication.CreateBuilder(args);
builder.AddShell();

await using var app = builder.Build();
app.MapShell();
await app.RunAsync();
