namespace Meetings.Registration.Classes;

/// <summary>Classes and who is in them, as the public API shows and changes them.</summary>
internal static class ClassesFeature
{
    public static void AddClasses(this IServiceCollection services) => services
        .AddScoped<ListClasses>().AddScoped<GetClass>().AddScoped<ListEnrolments>().AddScoped<EnrolPerson>().AddScoped<EndEnrolment>();

    public static void MapClasses(this IEndpointRouteBuilder api)
    {
        var classes = api.MapGroup("/classes").WithTags("Directory");
        ListClasses.Map(classes);
        GetClass.Map(classes);
        ListEnrolments.Map(classes);
        EnrolPerson.Map(classes);
        EndEnrolment.Map(classes);
    }
}
