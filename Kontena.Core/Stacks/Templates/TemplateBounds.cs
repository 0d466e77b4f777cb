using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace Kontena.Core.Stacks.Templates;

/// <summary>Puts the budget into a parsed template: everything that can multiply is charged before it happens.</summary>
internal sealed class TemplateBounds(TemplateBudget budget) : AstRewriter
{
    protected override Expression VisitRangeExpression(RangeExpression rangeExpression) =>
        new BoundedRange(Visit(rangeExpression.From), Visit(rangeExpression.To), budget);

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        if (forStatement.OffsetIsContinue)
        {
            throw new TemplateTooLargeException("'offset: continue' is not available. Write the offset as a number.");
        }
        var rewritten = (ForStatement)base.VisitForStatement(forStatement);
        return new ForStatement(rewritten.Statements, rewritten.Identifier, new ChargedSource(rewritten.Source, budget), rewritten.Limit, rewritten.Offset,
            rewritten.Reversed, rewritten.Else);
    }

    protected override Statement VisitOutputStatement(OutputStatement outputStatement) =>
        new ChargedOutput(((OutputStatement)base.VisitOutputStatement(outputStatement)).Expression, budget);

    protected override Statement VisitTextSpanStatement(TextSpanStatement textSpanStatement) =>
        new ChargedText(textSpanStatement, textSpanStatement.Text.Length, budget);

    private sealed class BoundedRange(Expression from, Expression to, TemplateBudget budget) : Expression
    {
        public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
        {
            var (first, last) = ((await from.EvaluateAsync(context)).ToNumberValue(), (await to.EvaluateAsync(context)).ToNumberValue());
            if (last < first)
            {
                return ArrayValue.Empty;
            }
            budget.SpendList(last - first >= int.MaxValue ? int.MaxValue : (long)(last - first) + 1);
            return new ArrayValue([.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => NumberValue.Create(decimal.Truncate(first) + i))]);
        }

        protected override Expression Accept(AstVisitor visitor) => this;
    }

    /// <summary>The list of a loop: each turn costs something, even an empty one.</summary>
    private sealed class ChargedSource(Expression source, TemplateBudget budget) : Expression
    {
        public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
        {
            var value = await source.EvaluateAsync(context);
            if (value is ArrayValue list)
            {
                budget.SpendList(list.Values.Count);
            }
            return value;
        }

        protected override Expression Accept(AstVisitor visitor) => this;
    }

    private sealed class ChargedOutput(Expression expression, TemplateBudget budget) : Statement
    {
        public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
        {
            context.IncrementSteps();
            var value = await expression.EvaluateAsync(context);
            using var text = new StringWriter(context.CultureInfo);
            await value.WriteToAsync(text, NullEncoder.Default, context.CultureInfo);
            budget.SpendText(text.GetStringBuilder().Length);
            await writer.WriteAsync(text.GetStringBuilder());
            return Completion.Normal;
        }

        protected override Statement Accept(AstVisitor visitor) => this;
    }

    private sealed class ChargedText(Statement text, int length, TemplateBudget budget) : Statement
    {
        public override ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
        {
            budget.Spend(length);
            return text.WriteToAsync(writer, encoder, context);
        }

        protected override Statement Accept(AstVisitor visitor) => this;
    }
}
