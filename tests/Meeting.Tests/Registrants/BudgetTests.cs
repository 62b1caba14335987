using System.Text.Json.Nodes;
using Meetings.Contracts.Registrants.V1;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Registrants;

/// <summary>The Meeting service where a host may register five people a day, each of them twice for one meeting.</summary>
public sealed class FrugalService : MeetingService
{
    public FrugalService() => Settings = [("Zoom:RegistrationsPerHostPerDay", "5"), ("Zoom:RegistrationsPerRegistrantPerDay", "2")];
}

[Trait("Acceptance", "X14")]
public sealed class BudgetTests(FrugalService service) : IClassFixture<FrugalService>, IDisposable
{
    private static readonly Budget Day = new("zoom", "tests");

    private readonly School _school = service.School;
    private readonly RegistrantsClient _registrants = new(service);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ProviderBudgets Budgets => service.Host.Services.GetRequiredService<ProviderBudgets>();

    public void Dispose()
    {
        service.Zoom.Fault = null;
        _registrants.Dispose();
    }

    [Fact]
    public async Task A_host_has_so_many_registrations_a_day_and_the_rest_wait_for_tomorrow()
    {
        await EmptyAsync();
        var meeting = await service.MeetingAsync();
        var people = Enumerable.Range(0, 7).Select(_ => _school.Person("student")).ToArray();

        var outcomes = await RegisterAsync(meeting, people);

        Assert.Equal(5, outcomes.Count(one => one.Place is not null));
        Assert.Equal(5, service.Zoom.RegistrantsOf(Text(meeting, "providerMeetingId")).Count);
        Assert.All(outcomes.Where(one => one.Place is null), one =>
        {
            Assert.Equal("registration-budget", one.Postponement.Code);
            Assert.InRange(one.Postponement.After.ToTimeSpan(), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        });

        // Who did not get a turn has not used up their own tries either, tomorrow.
        await service.OwnerQueryAsync<int>("update provider_budget set day = day - 1 where kind like '%host%'");
        Assert.All(await RegisterAsync(meeting, people), one => Assert.NotNull(one.Place));
    }

    [Fact]
    public async Task A_registrant_has_so_many_tries_a_day_and_what_Zoom_did_not_do_is_none()
    {
        await EmptyAsync();
        var meeting = await service.MeetingAsync();
        var (status, code) = (500, 1);
        service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Target.EndsWith("/registrants", StringComparison.Ordinal)) return false;
            await FakeZoom.RefuseAsync(context, status, code, "no");
            return true;
        };

        for (var i = 0; i < 4; i++) Assert.Equal("provider-unavailable", (await RegisterAsync(meeting, _school.Student))[0].Postponement.Code);
        (status, code) = (400, 300);
        for (var i = 0; i < 2; i++) Assert.Equal("300", (await RegisterAsync(meeting, _school.Student))[0].Refusal.ProviderCode);
        Assert.Equal("registration-budget", (await RegisterAsync(meeting, _school.Student))[0].Postponement.Code);
    }

    [Fact]
    public async Task What_is_taken_together_is_never_more_than_there_is()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Budgets.TakeAsync(Day, "one", wanted: 3, perDay: 10, Ct)));

        Assert.Equal(10, taken.Sum());
        await Budgets.GiveBackAsync(Day, ["one", "one"], Ct);
        Assert.Equal(2, await Budgets.TakeAsync(Day, "one", wanted: 5, perDay: 10, Ct));
        Assert.Equal(["other"], await Budgets.TakeAsync(Day, ["other", "other"], perDay: 1, Ct));
        Assert.Empty(await Budgets.TakeAsync(Day, ["other"], perDay: 1, Ct));
    }

    [Fact]
    public async Task Another_day_is_another_budget_and_days_that_are_over_are_forgotten()
    {
        Assert.Equal(4, await Budgets.TakeAsync(Day, "daily", wanted: 9, perDay: 4, Ct));
        await service.OwnerQueryAsync<int>("update provider_budget set day = day - 1 where key = 'daily'");
        Assert.Equal(4, await Budgets.TakeAsync(Day, "daily", wanted: 9, perDay: 4, Ct));

        // A limit that was lowered meanwhile gives nothing, and takes nothing back.
        Assert.Equal(0, await Budgets.TakeAsync(Day, "daily", wanted: 1, perDay: 2, Ct));

        await service.OwnerQueryAsync<int>("update provider_budget set day = day - 1 where key = 'daily'");
        await Budgets.RunAsync(Ct);
        Assert.Empty(await service.OwnerQueryAsync<string>("select key from provider_budget where key = 'daily'"));
    }

    private async Task EmptyAsync() => await service.OwnerQueryAsync<int>("delete from provider_budget where kind <> 'tests'");

    private async Task<IReadOnlyList<Registrant>> RegisterAsync(JsonObject meeting, params Caller[] people) => [.. (await _registrants.RegisterAsync(meeting, people)).Registrants];
}
