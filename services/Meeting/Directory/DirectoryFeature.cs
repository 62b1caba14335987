using MassTransit;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Messaging;

namespace Meetings.Meeting.Directory;

internal static class DirectoryFeature
{
    public static void AddDirectory(this IHostApplicationBuilder builder)
    {
        builder.AddInternalGrpcClient<SchoolDirectory.SchoolDirectoryClient>("registration");
        builder.Services.AddSingleton<SchoolDirectoryReader>();
    }

    public static void AddDirectoryConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddPacedConsumer<AcademyChangedConsumer>();
        bus.AddPacedConsumer<PersonChangedConsumer>();
        bus.AddPacedConsumer<ClassChangedConsumer>();
    }
}
