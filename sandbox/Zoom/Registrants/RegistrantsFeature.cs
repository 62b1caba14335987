namespace Meetings.ZoomSandbox.Registrants;

internal static class RegistrantsFeature
{
    public static void AddRegistrants(this IServiceCollection services)
    {
        services.AddSingleton<Registration>();
        services.AddSingleton<AddRegistrant>();
        services.AddSingleton<AddRegistrantBatch>();
        services.AddSingleton<ListRegistrants>();
        services.AddSingleton<SetRegistrantStatus>();
        services.AddSingleton<DeleteRegistrant>();
    }

    public static void MapRegistrants(this IEndpointRouteBuilder app)
    {
        AddRegistrant.Map(app);
        AddRegistrantBatch.Map(app);
        ListRegistrants.Map(app);
        SetRegistrantStatus.Map(app);
        DeleteRegistrant.Map(app);
    }
}
