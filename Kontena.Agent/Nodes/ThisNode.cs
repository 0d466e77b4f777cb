using Kontena.Agent.Docker;

namespace Kontena.Agent.Nodes;

/// <param name="Grid">Its name.</param>
/// <param name="Proof">Tells our containers and volumes from all others.</param>
internal sealed record NodeContext(Guid NodeId, Guid GridId, string Grid, string NodeName, Proof Proof);

/// <summary>Who this node is, once it is known: from the local state at a later start, else from the master's welcome.</summary>
internal sealed class ThisNode
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<NodeContext> _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NodeContext? Current => _known.Task is { IsCompletedSuccessfully: true } task ? task.Result : null;

    public Task<NodeContext> WaitAsync(CancellationToken cancel) => _known.Task.WaitAsync(cancel);

    public void Is(NodeIdentity identity, Guid gridId)
    {
        var context = new NodeContext(identity.NodeId, gridId, identity.Grid, identity.Name,
            new Proof(Convert.FromBase64String(identity.ProofKey), gridId, identity.NodeId));
        lock (_gate)
        {
            if (!_known.TrySetResult(context))
            {
                _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _known.SetResult(context);
            }
        }
    }
}
