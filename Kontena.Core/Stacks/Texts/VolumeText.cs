using Kontena.Core.Services;

namespace Kontena.Core.Stacks;

/// <summary>Volume mounts: <c>/path</c>, <c>/host:/path[:flags]</c>, <c>name:/path[:flags]</c>.</summary>
internal static class VolumeText
{
    public static VolumeMount? Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length == 1)
        {
            return IsPath(text) ? new VolumeMount(VolumeMountKind.Anonymous, null, text, null) : null;
        }
        if (parts.Length > 3 || parts[0].Length == 0 || !IsPath(parts[1]) || (parts.Length == 3 && parts[2].Length == 0))
        {
            return null;
        }
        return new VolumeMount(parts[0][0] == '/' ? VolumeMountKind.Bind : VolumeMountKind.Named, parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
    }

    private static bool IsPath(string text) => text.StartsWith('/') && text.Length <= 4_096 && !text.Contains('\n', StringComparison.Ordinal);
}
