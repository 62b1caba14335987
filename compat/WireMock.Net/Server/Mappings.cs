using WireMock.Matchers.Request;

namespace WireMock.Server;

/// <summary>All mappings, and the states of their scenarios.</summary>
internal sealed class Mappings
{
    private readonly Lock _lock = new();
    private readonly List<Mapping> _mappings = [];
    private readonly Dictionary<string, (string? State, int Count)> _scenarios = [];

    public void Add(Mapping mapping)
    {
        lock (_lock) _mappings.Add(mapping);
    }

    /// <summary>The mapping that answers a request; its scenario moves on at once, so that two requests at a time get two steps.</summary>
    public (Mapping? Mapping, RequestMatchResult Result) Take(RequestMessage request)
    {
        lock (_lock)
        {
            var best = _mappings
                .Select((mapping, age) => (Mapping: mapping, Age: age, Result: mapping.RequestMatcher.Match(request)))
                .Where(match => match.Result.IsPerfectMatch && IsInState(match.Mapping))
                .OrderBy(match => match.Mapping.Priority)
                .ThenByDescending(match => match.Result.TotalNumber)
                .ThenByDescending(match => match.Age)
                .FirstOrDefault();
            if (best.Mapping is null) return (null, new RequestMatchResult(0, 0));
            MoveOn(best.Mapping);
            return (best.Mapping, best.Result);
        }
    }

    public void SetState(string scenario, string? state)
    {
        lock (_lock) _scenarios[scenario] = (state, 0);
    }

    public void ResetScenarios()
    {
        lock (_lock) _scenarios.Clear();
    }

    public void Clear()
    {
        lock (_lock) _mappings.Clear();
    }

    private bool IsInState(Mapping mapping) => mapping.Scenario is null || mapping.RequiredState == _scenarios.GetValueOrDefault(mapping.Scenario).State;

    private void MoveOn(Mapping mapping)
    {
        if (mapping.Scenario is null) return;
        var (state, count) = _scenarios.GetValueOrDefault(mapping.Scenario);
        _scenarios[mapping.Scenario] = count + 1 == mapping.Times ? (mapping.NextState, 0) : (state, count + 1);
    }
}
