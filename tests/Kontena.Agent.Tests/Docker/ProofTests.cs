using CsCheck;
using Kontena.Agent.Docker;
using Kontena.Agent.Services;
using Kontena.Agent.Tests.Fakes;
using Xunit;

namespace Kontena.Agent.Tests.Docker;

public sealed class ProofTests
{
    private static readonly IReadOnlyDictionary<string, string> Genuine =
        ContainerRendering.Render(Some.Order(), Some.Context, Some.Network, Some.ImageInfo(), null).Labels;

    [Fact]
    public void Labels_on_a_container_of_another_name_prove_nothing()
    {
        Assert.NotNull(Some.Context.Proof.Identify("shop.web-1", Genuine));
        Assert.Null(Some.Context.Proof.Identify("shop.web-2", Genuine));
    }

    [Theory]
    [InlineData(Labels.ServiceId)]
    [InlineData(Labels.InstanceId)]
    [InlineData(Labels.GridId)]
    public void Another_id_proves_nothing(string label) => Assert.Null(
        Some.Context.Proof.Identify("shop.web-1", new Dictionary<string, string>(Genuine) { [label] = $"{Guid.CreateVersion7()}" }));

    [Fact]
    public void Another_epoch_or_a_missing_label_proves_nothing()
    {
        Assert.Null(Some.Context.Proof.Identify("shop.web-1", new Dictionary<string, string>(Genuine) { [Labels.InstanceEpoch] = "2" }));
        foreach (var label in new[] { Labels.Proof, Labels.GridId, Labels.ServiceId, Labels.InstanceId, Labels.InstanceEpoch })
        {
            var without = new Dictionary<string, string>(Genuine);
            without.Remove(label);
            Assert.Null(Some.Context.Proof.Identify("shop.web-1", without));
        }
    }

    [Fact]
    public void Another_nodes_key_proves_nothing() =>
        Assert.Null(new Proof([1, 2, 3], Some.Grid, Some.Node).Identify("shop.web-1", Genuine));

    [Fact]
    public void A_volumes_proof_holds_for_its_own_name_owner_and_uid_only() =>
        Gen.Select(Gen.Guid, Gen.String, Gen.String).Sample((uid, name, other) =>
        {
            var labels = new Dictionary<string, string>
            {
                [Labels.VolumeUid] = $"{uid}",
                [Labels.ServiceId] = $"{Some.Node}",
                [Labels.Proof] = Some.Context.Proof.ForVolume($"{Some.Node}", uid, name),
            };
            VolumeInfo Volume(string called) => new(called, "local", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
                System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(labels));
            return Some.Context.Proof.Identify(Volume(name)) == uid && (name == other || Some.Context.Proof.Identify(Volume(other)) is null);
        });
}
