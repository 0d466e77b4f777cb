using System.Diagnostics.CodeAnalysis;

namespace Kontena.Core.Problems;

/// <summary>A value, or the reason why there is none. Either <see cref="Value"/> or <see cref="Problem"/> is null, never both.</summary>
public readonly struct Result<T>
    where T : notnull
{
    private Result(T? value, Problem? problem) => (Value, Problem) = (value, problem);

    public T? Value { get; }

    public Problem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Ok => Problem is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);
}

/// <summary>The value of a use case that has nothing to return.</summary>
public readonly record struct Done;
