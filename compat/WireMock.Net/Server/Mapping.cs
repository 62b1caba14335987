using WireMock.Matchers.Request;
using WireMock.ResponseProviders;

namespace WireMock.Server;

/// <summary>Requests, and the answer to them.</summary>
internal sealed class Mapping(IRequestMatcher requestMatcher, Action<Mapping> register) : IRespondWithAProvider
{
    public Guid Guid { get; } = Guid.NewGuid();

    public IRequestMatcher RequestMatcher => requestMatcher;

    public int Priority { get; private set; }

    public string? Title { get; private set; }

    public string? Scenario { get; private set; }

    public string? RequiredState { get; private set; }

    public string? NextState { get; private set; }

    /// <summary>How often it answers before the state moves.</summary>
    public int Times { get; private set; } = 1;

    public IResponseProvider Provider { get; private set; } = null!;

    public IRespondWithAProvider AtPriority(int priority)
    {
        Priority = priority;
        return this;
    }

    public IRespondWithAProvider WithTitle(string title)
    {
        Title = title;
        return this;
    }

    public IRespondWithAProvider InScenario(string scenario)
    {
        Scenario = scenario;
        return this;
    }

    public IRespondWithAProvider WhenStateIs(string state)
    {
        if (Scenario is null) throw new NotSupportedException("Unable to set state condition when no scenario is defined.");
        RequiredState = state;
        return this;
    }

    public IRespondWithAProvider WillSetStateTo(string state, int? times = 1)
    {
        if (Scenario is null) throw new NotSupportedException("Unable to set next state when no scenario is defined.");
        (NextState, Times) = (state, times ?? 1);
        return this;
    }

    public void RespondWith(IResponseProvider provider)
    {
        Provider = provider;
        register(this);
    }
}
