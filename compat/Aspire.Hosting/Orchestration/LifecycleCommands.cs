using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Start, stop and restart, which every resource with processes has.</summary>
internal static class LifecycleCommands
{
    public static void Add(Runnable runnable)
    {
        Add(runnable, KnownResourceCommands.StartCommand, "Start", "Play", s => IsStopped(s) || s == KnownResourceStates.Waiting, instance => instance.StartAsync());
        Add(runnable, KnownResourceCommands.StopCommand, "Stop", "Stop", IsUp, instance => instance.StopAsync());
        Add(runnable, KnownResourceCommands.RestartCommand, "Restart", "ArrowCounterclockwise", IsUp, async instance =>
        {
            await instance.StopAsync();
            await instance.StartAsync();
        });
    }

    private static void Add(Runnable runnable, string name, string displayName, string icon, Func<string?, bool> enabled, Func<Instance, Task> execute) =>
        runnable.Resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            displayName,
            context => enabled(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled
                : name == KnownResourceCommands.RestartCommand ? ResourceCommandState.Disabled : ResourceCommandState.Hidden,
            async context =>
            {
                await execute(runnable.Instances.Single(i => i.Id == context.ResourceName));
                return CommandResults.Success();
            },
            displayDescription: null,
            parameter: null,
            confirmationMessage: null,
            iconName: icon,
            iconVariant: IconVariant.Filled,
            isHighlighted: name != KnownResourceCommands.RestartCommand));

    private static bool IsStopped(string? state) => state is null || state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state);

    private static bool IsUp(string? state) => state == KnownResourceStates.Running;
}
