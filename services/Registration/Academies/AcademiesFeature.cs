namespace Meetings.Registration.Academies;

/// <summary>Academies, as the public API shows them.</summary>
internal static class AcademiesFeature
{
    public static void AddAcademies(this IServiceCollection services) => services.AddScoped<ListAcademies>();

    public static void MapAcademies(this IEndpointRouteBuilder api) => ListAcademies.Map(api.MapGroup("/academies").WithTags("Directory"));
}
