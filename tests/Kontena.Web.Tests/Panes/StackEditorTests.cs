using Bunit;
using Kontena.Core.Stacks;
using Kontena.Web.Stacks.Editor;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using Xunit;

namespace Kontena.Web.Tests.Panes;

public sealed class StackEditorTests : BunitContext
{
    private readonly BunitJSModuleInterop _editor;
    private IReadOnlyDictionary<string, string> _files = new Dictionary<string, string> { ["kontena.yml"] = "stack: shop\n" };

    public StackEditorTests()
    {
        Services.AddSingleton(TimeProvider.System);
        _editor = JSInterop.SetupModule("./js/editor.js").SetupModule("open", _ => true);
        _editor.Setup<bool>("flush").SetResult(true);
        _editor.Setup<bool>("isPlain").SetResult(false);
        _editor.SetupVoid("setFiles", _ => true).SetVoidResult();
        _editor.SetupVoid("setFindings", _ => true).SetVoidResult();
        _editor.SetupVoid("show", _ => true).SetVoidResult();
        _editor.SetupVoid("jump", _ => true).SetVoidResult();
        _editor.SetupVoid("dispose").SetVoidResult();
    }

    [Fact]
    public async Task What_is_typed_in_the_browser_becomes_the_files_of_the_page()
    {
        var editor = Show();

        await editor.InvokeAsync(() => editor.Instance.TextChangedAsync("kontena.yml", new TextStream("stack: shop\nversion: 2\n"u8)));

        Assert.Equal("stack: shop\nversion: 2\n", _files["kontena.yml"]);
        Assert.Empty(_editor.Invocations["setFiles"]); // what comes from the browser is not sent back over newer typing
    }

    [Fact]
    public void A_text_that_the_page_puts_in_reaches_the_browser()
    {
        var editor = Show();

        editor.Render(p => p.Add(c => c.Files, new Dictionary<string, string> { ["kontena.yml"] = "stack: other\n" }));

        Assert.Single(_editor.Invocations["setFiles"]);
    }

    [Fact]
    public void A_draft_follows_a_stack_that_got_its_name()
    {
        _editor.SetupVoid("setDraftKey", _ => true).SetVoidResult();
        var editor = Show();

        editor.Render(p => p.Add(c => c.DraftKey, "prod/shop"));

        Assert.Equal("prod/shop", Assert.Single(_editor.Invocations["setDraftKey"]).Arguments[0]);
    }

    [Fact]
    public void Every_finding_is_listed_with_its_line_and_leads_to_its_place()
    {
        var editor = Show(findings: [Finding(3, 5, "There is no key 'imge'.")]);

        var row = editor.Find(".k-editor-problems button");
        Assert.Contains("Line 3", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("There is no key 'imge'.", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 error", editor.Find(".k-editor-foot").TextContent, StringComparison.Ordinal);

        row.Click();

        Assert.Single(_editor.Invocations["jump"]);
    }

    [Fact]
    public void A_file_that_is_needed_and_missing_is_asked_for_with_the_line_that_needs_it()
    {
        var editor = Show(
            findings: [Finding(4, 13, "The file docker-compose.yml is not here.") with { Subject = "docker-compose.yml" }], missing: ["docker-compose.yml"]);

        Assert.Contains("docker-compose.yml is needed by line 4", editor.Find(".k-editor-row").TextContent, StringComparison.Ordinal);

        Upload(editor, ".k-editor-row", InputFileContent.CreateFromText("version: '2'\n", "mine.yml"));

        editor.WaitForAssertion(() => Assert.Equal("version: '2'\n", _files.GetValueOrDefault("docker-compose.yml")));
        Assert.DoesNotContain("mine.yml", _files.Keys);
    }

    [Fact]
    public void A_file_that_is_no_text_is_refused_in_words_and_changes_nothing()
    {
        var editor = Show();

        Upload(editor, ".k-editor-head", InputFileContent.CreateFromBinary([0xff, 0xfe, 0x00, 0x01], "logo.yml"));

        editor.WaitForAssertion(() => Assert.Contains("logo.yml is not a text file", editor.Find("[role=alert] .k-editor-row").TextContent, StringComparison.Ordinal));
        Assert.Equal(["kontena.yml"], _files.Keys);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_in_words_and_changes_nothing()
    {
        var editor = Show();

        Upload(editor, ".k-editor-head", InputFileContent.CreateFromBinary(new byte[IncomingFile.LargestBytes + 1], "kontena.yml"));

        editor.WaitForAssertion(() => Assert.Contains("at most 1024 KB", editor.Find("[role=alert] .k-editor-row").TextContent, StringComparison.Ordinal));
        Assert.Equal("stack: shop\n", _files["kontena.yml"]);
    }

    [Fact]
    public void A_replaced_text_can_be_taken_back()
    {
        var editor = Show();
        Upload(editor, ".k-editor-head", InputFileContent.CreateFromText("stack: new\n", "kontena.yml"));
        editor.WaitForAssertion(() => Assert.Equal("stack: new\n", _files["kontena.yml"]));

        editor.Find(".k-editor-row button").Click();

        Assert.Equal("stack: shop\n", _files["kontena.yml"]);
    }

    [Theory]
    [InlineData("docker-compose.yml", "compose/docker-compose.yml")] // asked for under a folder
    [InlineData("C:\\stacks\\web.env", "web.env")]
    [InlineData("shop.yml", "kontena.yml")] // alone, and the stack file is still empty
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("kontena.yml", "kontena.yml")]
    public void A_dropped_file_takes_the_name_under_which_it_is_needed(string dropped, string expected) =>
        Assert.Equal(expected, IncomingFile.NameFor(
            dropped, "kontena.yml", new Dictionary<string, string> { ["kontena.yml"] = " \n" }, ["compose/docker-compose.yml"], alone: true));

    [Fact]
    public void A_dropped_file_never_replaces_a_stack_file_with_another_name() =>
        Assert.Equal("shop.yml", IncomingFile.NameFor("shop.yml", "kontena.yml", _files, [], alone: true));

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text() =>
        Assert.Equal("stack: shop", IncomingFile.TextOf([0xef, 0xbb, 0xbf, .. "stack: shop"u8]));

    [Fact]
    public void The_editor_knows_the_keys_that_the_reader_knows()
    {
        Assert.Contains(EditorKeys.Known.Service, k => k.Name == "image" && k.Summary.Length > 0);
        Assert.Contains(EditorKeys.Known.Service, k => k.Name == "deploy" && k.Nested && k.Keys.Any(d => d.Name == "strategy" && d.Values.Contains("ha")));
        Assert.Contains(EditorKeys.Known.File, k => k.Name == "services");
    }

    private IRenderedComponent<StackEditor> Show(IReadOnlyList<StackFinding>? findings = null, IReadOnlyList<string>? missing = null) =>
        Render<StackEditor>(p => p
            .Bind(c => c.Files, _files, files => _files = files)
            .Add(c => c.Findings, findings ?? [])
            .Add(c => c.Missing, missing ?? []));

    private static StackFinding Finding(int line, int column, string message) =>
        new(FindingSeverity.Error, "unknown_key", "kontena.yml", [], line, column, 4, message);

    private static void Upload(IRenderedComponent<StackEditor> editor, string within, InputFileContent file)
    {
        var inputs = editor.FindComponents<InputFile>();
        inputs[within == ".k-editor-head" ? 0 : 1].UploadFiles(file);
    }

    private sealed class TextStream(ReadOnlySpan<byte> text) : IJSStreamReference
    {
        private readonly byte[] _text = text.ToArray();

        public long Length => _text.Length;

        public ValueTask<Stream> OpenReadStreamAsync(long maxAllowedSize = 512_000, CancellationToken cancellationToken = default) => new(new MemoryStream(_text));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
