using Meetings.ServiceDefaults.Background;

namespace Meetings.Meeting.Series;

/// <summary>All that Program needs to know about meetings with more than one date.</summary>
internal static class SeriesFeature
{
    public static void AddSeries(this IServiceCollection services)
    {
        services.AddTransient<OccurrenceChanges>();
        services.AddTransient<ListOccurrences>();
        services.AddTransient<UpdateOccurrence>();
        services.AddTransient<CancelOccurrence>();
        services.AddPeriodicWork<NextDates>();
    }

    public static void MapSeries(this IEndpointRouteBuilder app)
    {
        var meetings = app.MapGroup("/api/v1/meetings").WithTags("Meetings");
        ListOccurrences.Map(meetings);
        UpdateOccurrence.Map(meetings);
        CancelOccurrence.Map(meetings);
    }
}
