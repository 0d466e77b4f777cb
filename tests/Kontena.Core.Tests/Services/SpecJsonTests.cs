using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Services;

public sealed class SpecJsonTests
{
    [Fact]
    public void Members_that_are_absent_keep_the_defaults_of_the_record()
    {
        var read = JsonSerializer.Deserialize("""{"name":"web","image":"nginx:1.27"}""", SpecJson.Default.ServiceSpec)!;
        Assert.Equal(SpecJson.Canonical(new ServiceSpec { Name = "web", Image = "nginx:1.27" }), SpecJson.Canonical(read));
        Assert.Equal(1, read.Instances);
        Assert.Equal("bridge", read.Net);
        Assert.Equal("ha", read.Deploy.Strategy);
    }

    [Fact]
    public void Members_that_are_absent_keep_the_defaults_of_a_health_check()
    {
        var read = JsonSerializer.Deserialize(
            """{"name":"web","image":"i:1","healthCheck":{"protocol":"tcp","port":80}}""", SpecJson.Default.ServiceSpec)!;
        Assert.Equal(new HealthCheck { Protocol = "tcp", Port = 80 }, read.HealthCheck);
    }

    [Fact]
    public void Members_that_are_absent_keep_the_defaults_of_a_stack()
    {
        var read = JsonSerializer.Deserialize("""{"name":"shop","source":"acme/shop"}""", SpecJson.Default.StackSpec)!;
        Assert.Equal("0.0.1", read.Version);
        Assert.Empty(read.Services);
        Assert.Empty(read.Variables);
    }

    [Fact]
    public void A_spec_without_its_required_members_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"name":"web"}""", SpecJson.Default.ServiceSpec));

    [Fact]
    public void What_is_written_is_read_back_as_the_same()
    {
        var spec = Some.RichService();
        Assert.Equal(
            SpecJson.Canonical(spec),
            SpecJson.Canonical(JsonSerializer.Deserialize(SpecJson.Canonical(spec), SpecJson.Default.ServiceSpec)!));
    }

    public static TheoryData<Type> RecordsOfTheWire() => [.. Reachable(typeof(StackSpec), typeof(EnrolRequest), typeof(EnrolAnswer),
        typeof(ProtocolRefusal), typeof(Hello), typeof(Welcome), typeof(DesiredSet), typeof(InstanceReports), typeof(NodeFacts),
        typeof(VolumeInventory), typeof(Heartbeat))];

    [Theory]
    [MemberData(nameof(RecordsOfTheWire))]
    public void No_record_can_hold_an_uninitialised_array_or_a_missing_dictionary(Type type)
    {
        var arrays = type.GetProperties().Where(p => IsCollection(p.PropertyType)).ToList();
        foreach (var constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(c => c.GetParameters() is not [{ } only] || only.ParameterType != type))
        {
            var made = constructor.Invoke([.. constructor.GetParameters().Select(p =>
                p.ParameterType.IsValueType ? RuntimeHelpers.GetUninitializedObject(p.ParameterType) : null)]);
            foreach (var array in arrays.Where(a => !IsRequired(a)))
            {
                Assert.True(IsUsable(array.GetValue(made)), $"{type.Name}.{array.Name} after the constructor");
            }
            foreach (var array in arrays)
            {
                array.SetValue(made, array.PropertyType.IsValueType ? RuntimeHelpers.GetUninitializedObject(array.PropertyType) : null);
                Assert.True(IsUsable(array.GetValue(made)), $"{type.Name}.{array.Name} after it was set");
            }
        }
    }

    private static bool IsRequired(PropertyInfo property) => property.GetCustomAttribute<RequiredMemberAttribute>() is not null;

    private static bool IsCollection(Type type) => type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            || type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>));

    private static bool IsUsable(object? collection) => collection is IStructuralEquatable array
        ? !(bool)array.GetType().GetProperty("IsDefault")!.GetValue(array)!
        : collection is not null;

    private static IEnumerable<Type> Reachable(params Type[] roots)
    {
        var seen = new HashSet<Type>();
        var next = new Stack<Type>(roots);
        while (next.TryPop(out var type))
        {
            if (type.Assembly != typeof(ServiceSpec).Assembly || type.IsEnum || !seen.Add(type))
            {
                continue;
            }
            foreach (var member in type.GetProperties().Select(p => p.PropertyType))
            {
                next.Push(member);
                Array.ForEach(member.GetGenericArguments(), next.Push);
            }
        }
        return seen.OrderBy(t => t.Name, StringComparer.Ordinal);
    }
}
