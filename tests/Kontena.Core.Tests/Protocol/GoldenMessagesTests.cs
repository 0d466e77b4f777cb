using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kontena.Core.Protocol;

namespace Kontena.Core.Tests.Protocol;

/// <summary>
/// A message that changes shape breaks agents that are already out there. When a field was added on purpose, add it to the
/// golden file; when one disappears or is renamed, the change is wrong.
/// </summary>
public sealed class GoldenMessagesTests
{
    private static readonly ProtocolJson Json = new(new JsonSerializerOptions(ProtocolJson.Default.Options) { WriteIndented = true });

    private static readonly Guid Id = Guid.Parse("0197f000-0000-7000-8000-000000000001");

    private static readonly DateTimeOffset At = new(2026, 7, 1, 12, 30, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, object> Messages = new()
    {
        ["enrol-request"] = new EnrolRequest("join-token", "node-1", "ENGINE:ID", ["az=a", "ssd"], 1),
        ["enrol-answer"] = new EnrolAnswer(Id, "credential", "node-1", "default", "cHJvb2Y="),
        ["refusal"] = new ProtocolRefusal("bad_token", "The join token is not known. Make a new one with Add node."),
        ["hello"] = new Hello(1, "0.1.0", "ENGINE:ID", At),
        ["welcome"] = new Welcome(null, Id, "default", Id, "node-1", 1, Id),
        ["desired-set"] = new DesiredSet
        {
            GridId = Id,
            Grid = "default",
            DataGeneration = Id,
            Generation = 7,
            EndingsConfirmed = true,
            Network = new NetworkOrder("kontena", "10.81.1.0/24", "10.81.1.1", 1420),
            Instances =
            [
                new InstanceOrder
                {
                    InstanceId = Id,
                    ServiceId = Id,
                    Stack = "shop",
                    Number = 2,
                    Epoch = 3,
                    DeployRev = 4,
                    Revision = 5,
                    Desired = DesiredState.Running,
                    Spec = Some.RichService(),
                    RestartSequence = 2,
                    RestartDone = 1,
                    Exposed = true,
                    LinkAliases = ["redis"],
                    Volumes = [new VolumeOrder("files", "shop.web.files-2", "local", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("type", "nfs"), "instance")],
                    KnownVolumes = [new KnownVolume(Id, "shop.web..bd47413b-2", "/data")],
                    OneshotsDone = ["migrate"],
                },
            ],
        },
        ["instance-reports"] = new InstanceReports(9,
        [
            new InstanceReport
            {
                InstanceId = Id,
                Epoch = 3,
                DeployRev = 4,
                State = InstanceState.Restarting,
                Ready = false,
                Unhealthy = true,
                Error = "web-2 exited with code 1",
                Warning = "registry did not answer, the local image of 3 days ago is used",
                Doing = "waiting 4 s for the next try",
                ContainerId = "c0ffee",
                Address = "10.81.1.5",
                StartedAt = At,
                ReadySince = At,
                Restarts = 2,
                ExitCode = 1,
                ImageId = "sha256:abc",
                RestartDone = 1,
                OneshotsDone = ["migrate"],
            },
        ]),
        ["node-facts"] = new NodeFacts
        {
            EngineVersion = "20.10.24",
            OperatingSystem = "Debian GNU/Linux 12",
            Kernel = "6.1.0",
            Architecture = "x86_64",
            Cpus = 2,
            MemoryTotalBytes = 4L << 30,
            PrivateAddress = "10.0.0.5",
            DiskTotalBytes = 100L << 30,
            BootedAt = At,
            VolumeDrivers = ["local"],
            LiveRestore = true,
            Containers = [new HostContainer("c0ffee", "shop.web-2", "nginx:1.27", "shop", "web", 2), new HostContainer("d00d", "other", "busybox", null, null, null)],
            ForeignPorts = [new HostPort("0.0.0.0", 22, "tcp")],
        },
        ["volume-inventory"] = new VolumeInventory(
        [
            new VolumeFact(Id, "shop.web..bd47413b-2", "local", Id, "shop", "web", 2, "/data", null, "instance", true, 1024),
        ]),
        ["heartbeat"] = new Heartbeat(12, 7, 1, 2, 3, "the engine does not answer", "the list would end 5 of 6 instances"),
    };

    public static TheoryData<string> Names() => [.. Messages.Keys.Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_written_as_it_always_was(string name) => Assert.Equal(Golden(name), Written(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_written_then_is_understood_now(string name) =>
        Assert.Equal(Golden(name), JsonSerializer.Serialize(JsonSerializer.Deserialize(Golden(name), TypeOf(name))!, TypeOf(name)) + "\n");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_member_that_a_newer_sender_added_is_ignored(string name) =>
        Assert.Equal(Golden(name), JsonSerializer.Serialize(
            JsonSerializer.Deserialize("{\"addedLater\":[{}]," + Golden(name).TrimStart()[1..], TypeOf(name))!, TypeOf(name)) + "\n");

    [Fact]
    public void There_is_a_golden_file_for_every_message_and_none_for_nothing() =>
        Assert.Equal(Names().Select(row => row.Data), Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order());

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Protocol", "Golden");

    private static string Golden(string name) => File.ReadAllText(Path.Combine(Folder, name + ".json"));

    private static string Written(string name) => JsonSerializer.Serialize(Messages[name], TypeOf(name)) + "\n";

    private static JsonTypeInfo TypeOf(string name) => Json.GetTypeInfo(Messages[name].GetType())!;
}
