using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>The language as a set of files and outcomes. A folder below <c>Cases</c> is one case.</summary>
public sealed class LanguageCaseTests
{
    public static TheoryData<string> Cases => new(Directory.EnumerateDirectories(CaseFolder.Root).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_is_read_as_its_case_says(string name)
    {
        var folder = CaseFolder.Load(name);
        var reading = StackReader.Read(folder.Source, StackFeatures.Language);
        Assert.Empty(CaseComparison.Differences(folder.Expected, reading, folder.Source.Format == StackFormat.Application));
    }
}
