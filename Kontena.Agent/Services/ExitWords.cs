using Kontena.Agent.Docker;
using Kontena.Core.Services;

namespace Kontena.Agent.Services;

/// <summary>Why a container ended, in words.</summary>
internal static class ExitWords
{
    public static string Of(string name, ContainerInfo ended)
    {
        if (ended.OutOfMemory)
        {
            var limit = ended.MemoryLimitBytes > 0 ? $" its memory limit of {ByteSize.Format(ended.MemoryLimitBytes)}" : " all memory of the node";
            return $"{name} was killed because it needed more than{limit}. Raise the limit, or find out what it needs the memory for.";
        }
        return ended.ExitCode switch
        {
            0 => $"{name} ended by itself without an error (exit code 0). A service has to keep running.",
            126 => $"{name} ended with exit code 126: its command may not be executed. Check permissions in the image.",
            127 => $"{name} ended with exit code 127: its command was not found. Check the command and the image.",
            134 => $"{name} aborted (exit code 134). Its log says more.",
            137 => $"{name} was killed from outside (exit code 137).",
            139 => $"{name} crashed with a memory access error (exit code 139). Its log may say more.",
            143 => $"{name} was asked to end from outside (exit code 143).",
            var code => $"{name} ended with exit code {code}. Its log says more.",
        };
    }

    public static string InLoop(string why, TimeSpan every) =>
        $"{why} It is in a crash loop: it is tried again every {every.TotalMinutes:0} min. A deploy or a restart tries at once.";

    public static string GivenUp(string why) => $"{why} Its restart policy ends here. A deploy or a restart tries again.";
}
