using Kontena.Core.Stats;

namespace Kontena.Web.Stats;

/// <summary>The points of the last hour of one instance or node, and the last sample, from which the next point is made.</summary>
internal sealed class StatBuffer<TSample, TPoint>(
    Func<TSample, long> sampleAt, Func<TPoint, long> pointAt, StatBuffer<TSample, TPoint>.Step between, DownSample.Merge<TPoint> merge)
    where TSample : struct
    where TPoint : struct
{
    public delegate TPoint? Step(in TSample before, in TSample after);

    private const long KeptMilliseconds = 3_600_000;
    private const int MostPoints = 2_000;

    private readonly Lock _gate = new();
    private readonly LinkedList<TPoint> _points = [];
    private readonly List<TSample> _unsealed = [];
    private TSample? _last;

    public TPoint? Latest
    {
        get
        {
            lock (_gate)
            {
                return _points.Last?.Value;
            }
        }
    }

    /// <summary>Takes a sample; one that is not newer than the last is dropped, as messages may come twice.</summary>
    public TPoint? Add(in TSample sample)
    {
        lock (_gate)
        {
            if (_last is { } before && sampleAt(sample) <= sampleAt(before))
            {
                return null;
            }
            var point = _last is { } last ? between(last, sample) : null;
            _last = sample;
            if (_unsealed.Count < StatColumns.Most)
            {
                _unsealed.Add(sample);
            }
            if (point is { } made)
            {
                _points.AddLast(made);
                while (_points.Count > MostPoints || pointAt(_points.First!.Value) < pointAt(made) - KeptMilliseconds)
                {
                    _points.RemoveFirst();
                }
            }
            return point;
        }
    }

    public TPoint[] Since(long at)
    {
        lock (_gate)
        {
            var found = new List<TPoint>();
            for (var node = _points.Last; node is not null && pointAt(node.Value) >= at; node = node.Previous)
            {
                found.Add(node.Value);
            }
            found.Reverse();
            return [.. found];
        }
    }

    /// <summary>At most that many points of the latest minutes.</summary>
    public TPoint[] Spark(long since, int count) => DownSample.To(Since(since), count, pointAt, merge);

    /// <summary>Samples that are on no disk yet, once they span long enough; they count as sealed from now on.</summary>
    public TSample[] TakeUnsealed(TimeSpan span)
    {
        lock (_gate)
        {
            if (_unsealed.Count < 2 || sampleAt(_unsealed[^1]) - sampleAt(_unsealed[0]) < span.TotalMilliseconds)
            {
                return [];
            }
            TSample[] taken = [.. _unsealed];
            _unsealed.Clear();
            _unsealed.Add(taken[^1]); // the next block begins where this one ends, so that no rate is missing between them
            return taken;
        }
    }

    public void PutBack(TSample[] samples)
    {
        lock (_gate)
        {
            _unsealed.InsertRange(0, samples.AsSpan(0, samples.Length - 1));
            if (_unsealed.Count > StatColumns.Most)
            {
                _unsealed.RemoveRange(0, _unsealed.Count - StatColumns.Most);
            }
        }
    }
}
