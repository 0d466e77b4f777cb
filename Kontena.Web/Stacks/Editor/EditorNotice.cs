namespace Kontena.Web.Stacks.Editor;

/// <summary>One line above the text: what just happened, and how to take it back.</summary>
/// <param name="Problem">It needs attention, and is announced at once.</param>
/// <param name="Action">The words on the button; null without one.</param>
internal sealed record EditorNotice(string Text, bool Problem = false, string? Action = null, Func<Task>? Act = null);
