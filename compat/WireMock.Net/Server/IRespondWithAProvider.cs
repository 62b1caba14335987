using WireMock.ResponseProviders;

namespace WireMock.Server;

/// <summary>Says when a mapping counts, and at last what it answers.</summary>
public interface IRespondWithAProvider
{
    Guid Guid { get; }

    /// <summary>The lower number wins.</summary>
    IRespondWithAProvider AtPriority(int priority);

    IRespondWithAProvider WithTitle(string title);

    IRespondWithAProvider InScenario(string scenario);

    /// <summary>Without it, a mapping of a scenario counts at its start.</summary>
    IRespondWithAProvider WhenStateIs(string state);

    IRespondWithAProvider WillSetStateTo(string state, int? times = 1);

    void RespondWith(IResponseProvider provider);
}
