using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Kontena.Core.Tests.Repository;

/// <summary>Rules about the repository that nobody remembers and everybody relies on.</summary>
public sealed partial class RepositoryTests
{
    internal static readonly string Root = FindRoot();

    /// <summary>docs/architecture.md, "Where things are". A new entry needs a reason that stands there.</summary>
    private static readonly string[] TopLevel =
    [
        ".ci", ".config", ".editorconfig", ".gitignore", ".dockerignore", "BannedSymbols.txt", "Directory.Build.props", "Directory.Build.targets",
        "Directory.Packages.props", "Dockerfile", "Kontena.Agent", "Kontena.Cli", "Kontena.Core", "Kontena.Web", "Kontena.sln",
        "LICENSE", "README.md", "compose.yml", "docs", "global.json", "samples", "start.sh", "test.sh", "tests", "wwwroot-assets",
    ];

    private static readonly string[] CorePackages = ["YamlDotNet", "Fluid.Core", "ZstdSharp.Port", "System.IO.Hashing"];

    [Fact]
    public void The_top_level_has_only_what_the_design_names()
    {
        var found = TrackedFiles().Select(file => file.Split('/')[0]).Distinct().Order(StringComparer.Ordinal);
        Assert.Empty(found.Except(TopLevel));
    }

    [Fact]
    public void Core_references_nothing_but_its_few_libraries()
    {
        var project = XDocument.Load(Path.Combine(Root, "Kontena.Core", "Kontena.Core.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value).Except(CorePackages));
    }

    [Theory]
    [InlineData("Kontena.Web")]
    [InlineData("Kontena.Agent")]
    public void Master_and_agent_know_core_and_not_each_other(string name)
    {
        var project = XDocument.Load(Path.Combine(Root, name, $"{name}.csproj"));
        var references = project.Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value);
        Assert.Equal(["../Kontena.Core/Kontena.Core.csproj"], references);
    }

    [Fact]
    public void Versions_stand_in_one_file_only()
    {
        var elsewhere = TrackedFiles()
            .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
            .SelectMany(file => XDocument.Load(Path.Combine(Root, file)).Descendants("PackageReference")
                .Where(reference => reference.Attribute("Version") is not null)
                .Select(reference => $"{file}: {reference.Attribute("Include")!.Value}"));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void Links_in_the_documents_lead_somewhere()
    {
        var broken = TrackedFiles()
            .Where(file => file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(BrokenLinks);
        Assert.Empty(broken);
    }

    [Fact]
    public void The_documents_name_only_files_that_exist()
    {
        var broken = TrackedFiles()
            .Where(file => file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => PathInCode().Matches(File.ReadAllText(Path.Combine(Root, file)))
                .Select(match => match.Groups[1].Value)
                .Where(path => !Exists(Path.Combine(Root, path)))
                .Select(path => $"{file}: {path}"));
        Assert.Empty(broken);
    }

    [Fact]
    public void Comments_refer_only_to_documents_that_exist()
    {
        var broken = TrackedFiles()
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => DocumentInComment().Matches(File.ReadAllText(Path.Combine(Root, file)))
                .Select(match => match.Value)
                .Where(document => !Exists(Path.Combine(Root, document)))
                .Select(document => $"{file}: {document}"));
        Assert.Empty(broken);
    }

    /// <summary>A path of somebody's machine in a source is a mistake, and tells strangers about that machine.</summary>
    [Fact]
    public void No_source_names_a_folder_of_the_machine_it_was_written_on()
    {
        // In pieces, so that this file does not find itself.
        string[] machines = ["/wo" + "rk/", "/tm" + "p/k/", "/ro" + "ot/", "C:" + "\\Users"];
        var found = TrackedFiles()
            .Where(file => Path.GetExtension(file) is not ".png" and not ".woff2" and not ".ico")
            .SelectMany(file => File.ReadLines(Path.Combine(Root, file))
                .Select((line, index) => (Line: line, Place: $"{file}:{index + 1}"))
                .Where(at => machines.Any(machine => at.Line.Contains(machine, StringComparison.Ordinal))))
            .Select(at => at.Place);
        Assert.Empty(found);
    }

    private static IEnumerable<string> BrokenLinks(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, file))!;
        return Link().Matches(File.ReadAllText(Path.Combine(Root, file)))
            .Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Exists(Path.Combine(folder, Uri.UnescapeDataString(target))))
            .Select(target => $"{file}: {target}");
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static string[] TrackedFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(Root, file)))];
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kontena.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("No Kontena.sln above the tests.");
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\bdocs/[\w/-]+\.md\b")]
    private static partial Regex DocumentInComment();

    /// <summary>Code spans that look like a file or folder of ours: <c>`Kontena.Web/Data/`</c>.</summary>
    [GeneratedRegex(@"`((?:Kontena\.\w+|tests|docs|samples|wwwroot-assets|\.ci)/[\w./-]+)`")]
    private static partial Regex PathInCode();
}
