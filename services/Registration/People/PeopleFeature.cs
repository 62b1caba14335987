namespace Meetings.Registration.People;

/// <summary>Looking people up, as the public API does it.</summary>
internal static class PeopleFeature
{
    public static void AddPeople(this IServiceCollection services) =>
        services.AddScoped<ListPeople>().AddScoped<GetPerson>().AddScoped<ListChildren>();

    public static void MapPeople(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Directory");
        ListPeople.Map(users);
        GetPerson.Map(users);
        ListChildren.Map(users);
    }
}
