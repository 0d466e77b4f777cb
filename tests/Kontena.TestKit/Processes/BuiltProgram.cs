namespace Kontena.TestKit.Processes;

/// <summary>Finds what the build made of a project, in the configuration in which the tests themselves were built.</summary>
public static class BuiltProgram
{
    public static string Of(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? "Release"
            : "Debug";
        var program = RepositoryRoot.At(project, "bin", configuration, "net10.0", $"{project}.dll");
        return File.Exists(program)
            ? program
            : throw new FileNotFoundException($"{project} is not built in {configuration}: there is no {program}.");
    }
}
