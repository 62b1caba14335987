using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Meetings.Contracts.Registrants.V1;
using Meetings.Testing;
using Xunit;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>What the provider has still to be told: told until it is done, whatever happens in between.</summary>
[Trait("Acceptance", "X14")]
public sealed class RegistrantQueueTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Fact]
    [Trait("Acceptance", "S1-06")]
    [Trait("Acceptance", "S1-07")]
    public async Task One_that_cannot_be_registered_stops_nobody_and_says_why()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        service.Meetings.Instead[$"{meeting.MeetingId}"] = request => Task.FromResult<RegisterResponse?>(FakeMeetings.Answer(request, person =>
            person.PersonId == $"{school.One.PersonId}" ? new Registrant { PersonId = person.PersonId, Refusal = new Refusal { Code = "provider-refused", ProviderCode = "300" } } : null));

        var id = await school.PlannedAsync(meeting);

        await school.UntilAsync(id, school.Two, "approved");
        var refused = await school.UntilAsync(id, school.One, "denied", "provider-refused");
        Assert.Equal("300", (string?)refused["providerCode"]);
        Assert.Null(refused["retryAt"]);

        // For good, until somebody says so again.
        service.Meetings.Instead.Clear();
        await school.RegisterAsync(school.Admin, id, school.One.PersonId);
        await school.UntilAsync(id, school.One, "approved");
    }

    [Theory]
    [InlineData("registration-budget", 6 * 3600)]
    [InlineData("provider-unavailable", 0)]
    public async Task What_has_to_wait_says_for_what_and_until_when(string code, int seconds)
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        service.Meetings.Instead[$"{meeting.MeetingId}"] = request => Task.FromResult<RegisterResponse?>(FakeMeetings.Answer(request, person => new Registrant
        {
            PersonId = person.PersonId,
            Postponement = new Postponement { Code = code, After = seconds == 0 ? null : Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) },
        }));

        var id = await school.PlannedAsync(meeting);

        var pending = await school.UntilAsync(id, school.One, "pending", code);
        var wait = pending["retryAt"]!.GetValue<DateTimeOffset>() - TimeProvider.System.GetUtcNow();
        Assert.InRange(wait, TimeSpan.FromSeconds(Math.Max(seconds - 60, 0)), TimeSpan.FromSeconds(seconds + 10));
        service.Meetings.Instead.Clear();
        await DueAsync(id);
        await school.UntilAsync(id, school.One, "approved");
    }

    [Fact]
    public async Task An_outage_is_waited_out_longer_each_time()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        service.Meetings.Instead[$"{meeting.MeetingId}"] = _ => throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        var id = await school.PlannedAsync(meeting);

        var waits = new List<TimeSpan>();
        for (var tries = 1; tries <= 3; tries++)
        {
            var number = tries;
            await Eventually.Holds(
                async () => (await service.OwnerQueryAsync<int>("select tries from registrant where meeting_id = @id and person_id = @PersonId and reason is not null", new { id, school.One.PersonId }))
                    is [var made] && made == number, "the next try");
            waits.Add((await service.OwnerQueryAsync<TimeSpan>("select due_at - updated_at from registrant where meeting_id = @id and person_id = @PersonId", new { id, school.One.PersonId })).Single());
            if (tries < 3) await service.OwnerQueryAsync<int>("update registrant set due_at = now(), reason = null where meeting_id = @id", new { id });
        }

        Assert.Equal([5, 10, 20], waits.Select(wait => (int)wait.TotalSeconds));
        Assert.Equal("temporarily-unavailable", (string?)(await school.UntilAsync(id, school.One, "pending"))["reason"]);
        service.Meetings.Instead.Clear();
        await DueAsync(id);
        await school.UntilAsync(id, school.One, "approved");
    }

    [Fact]
    public async Task What_somebody_took_up_and_left_behind_is_taken_up_again()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));
        // As a replica leaves it that is killed between two steps: taken up, not done, its time over.
        await service.OwnerQueryAsync<int>(
            """
            insert into registrant (meeting_id, person_id, academy_id, state, by_roster, due_at, tries, created_at, updated_at)
            values (@id, @PersonId, @AcademyId, 'queued', false, now() - interval '1 second', 1, now(), now())
            """, new { id, school.Three.PersonId, school.AcademyId });

        await school.UntilAsync(id, school.Three, "approved");
    }

    [Fact]
    public async Task Taken_off_while_the_provider_is_asked_they_are_taken_off_after_it()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting(withoutClass: true);
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        service.Meetings.Instead[$"{meeting.MeetingId}"] = async _ =>
        {
            asked.TrySetResult();
            await answer.Task;
            return null;
        };
        var id = await school.PlannedAsync(meeting);
        await school.RegisterAsync(school.Admin, id, school.Three.PersonId);
        await asked.Task;

        Assert.Equal(204, (int)(await school.RemoveAsync(school.Admin, id, school.Three.PersonId)).StatusCode);
        answer.SetResult();

        // Not before whoever is at it can be done.
        Assert.Empty(service.Meetings.UnregisteredFrom(id));
        await DueAsync(id);
        await Eventually.Holds(() => Task.FromResult(service.Meetings.UnregisteredFrom(id).Contains(school.Three.PersonId)), "the provider to be told");
        await school.UntilAsync(id, school.Three, "denied");
        Assert.Empty(await service.OwnerQueryAsync<string>("select join_url from registrant_link where meeting_id = @id", new { id }));
    }

    [Fact]
    public async Task One_whom_the_provider_does_not_take_off_stops_nobody_and_has_no_way_in_here()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var id = await school.PlannedAsync();
        await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Two, "approved");
        service.Meetings.Remaining[$"{id}"] = person => person == $"{school.One.PersonId}"
            ? new Registrant { PersonId = person, Refusal = new Refusal { Code = "provider-refused", ProviderCode = "200" } } : null;

        foreach (var person in new[] { school.One, school.Two }) await school.RemoveAsync(school.Admin, id, person.PersonId);

        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<string>("select state from registrant where meeting_id = @id", new { id })).All(state => state is "left"), "both to be off");
        Assert.Equal(("provider-refused", "200"), ((string?)(await school.UntilAsync(id, school.One, "denied"))["reason"], (string?)(await school.UntilAsync(id, school.One, "denied"))["providerCode"]));
        Assert.Empty(await service.OwnerQueryAsync<string>("select join_url from registrant_link where meeting_id = @id", new { id }));
    }

    [Fact]
    [Trait("Acceptance", "S1-02")]
    [Trait("Acceptance", "X16")]
    public async Task An_address_that_has_become_a_foreign_one_is_not_told_to_the_provider()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));
        await service.OwnerQueryAsync<int>("update person set email = 'three@elsewhere.example' where id = @PersonId", new { school.Three.PersonId });

        await school.RegisterAsync(school.Admin, id, school.Three.PersonId, school.One.PersonId);

        await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Three, "denied", "DOMAIN_RESTRICTED");
        Assert.Equal([school.One.PersonId], service.Meetings.RegisteredIn(id));
    }

    [Theory]
    [InlineData(StatusCode.FailedPrecondition, "denied", "registration-closed")]
    [InlineData(StatusCode.NotFound, "cancelled", null)]
    public async Task A_meeting_that_takes_nobody_any_more_is_an_end(StatusCode answer, string status, string? reason)
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        service.Meetings.Instead[$"{meeting.MeetingId}"] = _ => throw new RpcException(new Status(answer, "no"));

        var id = await school.PlannedAsync(meeting);

        Assert.Equal(reason, (string?)(await school.UntilAsync(id, school.One, status))["reason"]);
    }

    private async Task DueAsync(Guid id) => await service.OwnerQueryAsync<int>("update registrant set due_at = now() where meeting_id = @id and due_at is not null", new { id });
}
