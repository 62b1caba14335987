namespace Meetings.Meeting.Registrants;

/// <summary>All that Program needs to know about the providers' lists of registrants.</summary>
internal static class RegistrantsFeature
{
    public static void AddRegistrants(this IServiceCollection services)
    {
        services.AddTransient<RegisterPeople>();
        services.AddTransient<UnregisterPeople>();
    }
}
