using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>What the parts of one run share.</summary>
internal sealed record RunTools(
    IServiceProvider Services, ResourceNotificationService Notifications, ResourceLoggerService Logs, IDistributedApplicationEventing Eventing,
    DistributedApplicationExecutionContext Execution, HealthMonitor Health, ProcessLauncher Launcher, ProcessLedger Ledger, LoopbackPorts Ports,
    DataDirectory Data, Assembly? AppHost, TimeProvider Clock, Action<string> Warn);
