using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling;

/// <summary>An instance row on a node.</summary>
public readonly record struct PlacedRow(ServiceSnapshot Service, int Number);

/// <summary>
/// The instance rows of the grid while a plan is made: each instance sees where those before it were put. Otherwise two
/// instances that publish one port would be planned onto one node.
/// </summary>
public sealed class WorkingCopy
{
    private readonly Dictionary<(Guid Service, int Number), Guid?> _rows = [];
    private readonly Dictionary<Guid, HashSet<PlacedRow>> _byNode = [];
    private readonly Dictionary<Guid, int> _placedOn = [];
    private readonly Dictionary<(string Key, string Value), int> _placedIn = [];

    public WorkingCopy(GridSnapshot grid)
    {
        foreach (var service in grid.Services)
        {
            foreach (var row in service.Rows)
            {
                Put(service, row.Number, row.NodeId);
            }
        }
    }

    /// <summary>Null: no row, or its node was removed.</summary>
    public Guid? NodeOf(ServiceSnapshot service, int number) => _rows.GetValueOrDefault((service.Id, number));

    public IEnumerable<PlacedRow> RowsOn(Guid node) => _byNode.TryGetValue(node, out var rows) ? rows : [];

    /// <summary>Whether any row of the service other than <paramref name="except"/> is on a node.</summary>
    public bool HasSiblings(ServiceSnapshot service, int? except) =>
        _byNode.Values.Any(rows => rows.Any(row => row.Service.Id == service.Id && row.Number != except));

    public void Remove(ServiceSnapshot service, int number)
    {
        if (_rows.Remove((service.Id, number), out var node) && node is { } known)
        {
            _byNode[known].Remove(new PlacedRow(service, number));
        }
    }

    /// <summary>Moves or makes the row, and counts it as placed by this plan.</summary>
    public void Place(ServiceSnapshot service, int number, NodeSnapshot node)
    {
        Remove(service, number);
        Put(service, number, node.Id);
        _placedOn[node.Id] = PlacedOn(node) + 1;
        foreach (var key in SpreadKey.Of(service.Spec))
        {
            var place = (key.Text, key.ValueOf(node));
            _placedIn[place] = _placedIn.GetValueOrDefault(place) + 1;
        }
    }

    /// <summary>Placements of this plan on the node.</summary>
    public int PlacedOn(NodeSnapshot node) => _placedOn.GetValueOrDefault(node.Id);

    /// <summary>Placements of this plan on all nodes that share the value, candidates or not.</summary>
    public int PlacedIn(SpreadKey key, NodeSnapshot node) => _placedIn.GetValueOrDefault((key.Text, key.ValueOf(node)));

    private void Put(ServiceSnapshot service, int number, Guid? node)
    {
        _rows[(service.Id, number)] = node;
        if (node is { } known)
        {
            if (!_byNode.TryGetValue(known, out var rows))
            {
                rows = _byNode[known] = [];
            }
            rows.Add(new PlacedRow(service, number));
        }
    }
}
