using MassTransit;
using Meetings.Contracts.Meetings.V1;
using Meetings.Contracts.Registrants.V1;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Messaging;

namespace Meetings.Registration.Registrants;

/// <summary>All that Program needs to know about who is registered for which meeting.</summary>
internal static class RegistrantsFeature
{
    public static void AddRegistrants(this IHostApplicationBuilder builder)
    {
        builder.AddInternalGrpcClient<MeetingDirectory.MeetingDirectoryClient>("meeting");
        builder.AddInternalGrpcClient<MeetingRegistrants.MeetingRegistrantsClient>("meeting");
        builder.Services.AddOptions<RegistrantsOptions>().BindConfiguration(RegistrantsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<KnownMeetings>();
        builder.Services.AddSingleton<RegistrantQueue>();
        builder.Services.AddPeriodicWork<RegistrantWork>();
        builder.Services.AddScoped<RegisterStudent>().AddScoped<RegisterPeople>().AddScoped<RemoveRegistrant>().AddScoped<ListRegistrants>().AddScoped<ListMyRegistrations>();
    }

    public static void AddRegistrantConsumers(this IBusRegistrationConfigurator bus) => bus.AddPacedConsumer<RosterConsumer>();

    public static void MapRegistrants(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("").WithTags("Registration");
        RegisterStudent.Map(routes);
        RegisterPeople.Map(routes);
        ListRegistrants.Map(routes);
        RemoveRegistrant.Map(routes);
        ListMyRegistrations.Map(routes);
    }
}
