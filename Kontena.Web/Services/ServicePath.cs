namespace Kontena.Web.Services;

/// <summary>How people name a service: by grid, stack and service.</summary>
internal sealed record ServicePath(string Grid, string Stack, string Service)
{
    public override string ToString() => $"{Stack}/{Service}";
}
