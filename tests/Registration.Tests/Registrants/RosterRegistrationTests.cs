using Meetings.Contracts.Meetings;
using Meetings.Contracts.Registrants;
using Meetings.Registration.Registrants;
using Meetings.Testing;
using Xunit;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>Rosters and meetings say who is registered; nobody has to.</summary>
[Trait("Acceptance", "S2-07")]
public sealed class RosterRegistrationTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S2-06")]
    public async Task A_meeting_of_a_class_has_its_students_registered()
    {
        var school = await RegistrantSchool.StartAsync(service);

        var id = await school.PlannedAsync();

        var one = await school.UntilAsync(id, school.One, "approved");
        await school.UntilAsync(id, school.Two, "approved");
        Assert.Equal(($"r-{school.One.PersonId}", true), ((string?)one["registrantId"], (bool)one["byRoster"]!));
        Assert.NotNull(one["registeredAt"]);
        Assert.Equal(Both(school), service.Meetings.RegisteredIn(id).Order());
        var told = (await service.HeardAsync()).OfType<RegistrantApproved>().Where(heard => heard.MeetingId == id);
        Assert.Equal(Both(school), told.Select(heard => heard.PersonId).Order());
        Assert.Contains(new RegistrantApproved(id, school.AcademyId, school.One.PersonId, "zoom", "84512093377", $"r-{school.One.PersonId}"), told);
    }

    [Fact]
    [Trait("Acceptance", "S1-04")]
    [Trait("Acceptance", "X14b")]
    public async Task Who_is_enrolled_is_registered_for_all_meetings_that_are_not_over()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var tomorrow = await school.PlannedAsync();
        var running = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromMinutes(-20), state: "live"));
        var over = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromHours(-2), state: "ended"));
        var closed = await school.PlannedAsync(school.Meeting(takesRegistrants: false));
        var calledOff = await school.PlannedAsync(school.Meeting(state: "cancelled"));
        var elsewhere = await school.PlannedAsync(school.Meeting(withoutClass: true));

        await school.EnrolAsync(school.Three);

        await school.UntilAsync(tomorrow, school.Three, "approved");
        await school.UntilAsync(running, school.Three, "approved");
        var all = await service.OwnerQueryAsync<Guid>("select meeting_id from registrant where person_id = @PersonId", new { school.Three.PersonId });
        Assert.Equal(new[] { tomorrow, running }.Order(), all.Order());
        Assert.All([over, closed, calledOff, elsewhere], meeting => Assert.Empty(service.Meetings.RegisteredIn(meeting)));
    }

    [Fact]
    public async Task The_days_of_an_enrolment_are_those_of_the_academy()
    {
        var school = await RegistrantSchool.StartAsync(service);
        // 23:00 in London on the 9th is 07:00 in Manila on the 10th.
        var lesson = new DateTimeOffset(2037, 3, 9, 23, 0, 0, TimeSpan.Zero);
        await school.EnrolAsync(school.Three, new DateOnly(2037, 3, 1), new DateOnly(2037, 3, 9));

        var meeting = school.Meeting() with { Occurrences = [new MeetingOccurrence(Guid.NewGuid(), lesson, 48)] };
        var id = await school.PlannedAsync(meeting);
        await school.UntilAsync(id, school.One, "approved");
        Assert.DoesNotContain(school.Three.PersonId, service.Meetings.RegisteredIn(id));

        await school.PlannedAsync(meeting with { Version = 2, Occurrences = [.. meeting.Occurrences, new MeetingOccurrence(Guid.NewGuid(), lesson.AddDays(-1), 48)] });
        await school.UntilAsync(id, school.Three, "approved");
    }

    [Fact]
    public async Task Who_leaves_the_class_is_taken_off_and_comes_back_with_it()
    {
        var school = await RegistrantSchool.StartAsync(service);
        await school.EnrolAsync(school.Three);
        var id = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromDays(3)));
        await school.UntilAsync(id, school.Three, "approved");

        await school.LeaveClassAsync(school.Three);
        await Eventually.Holds(() => Task.FromResult(service.Meetings.UnregisteredFrom(id).Contains(school.Three.PersonId)), "the provider to be told");
        var gone = await school.UntilAsync(id, school.Three, "cancelled");
        Assert.Null(gone["joinUrl"]);

        await school.EnrolAsync(school.Three, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(2)));
        await school.UntilAsync(id, school.Three, "approved");
        Assert.Equal([school.Three.PersonId], service.Meetings.UnregisteredFrom(id));
        Assert.Equal(2, service.Meetings.RegisteredIn(id).Count(one => one == school.Three.PersonId));
    }

    [Fact]
    [Trait("Acceptance", "X18")]
    [Trait("Acceptance", "S2-14")]
    public async Task With_the_meeting_called_off_its_registrations_are_void()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        var id = await school.PlannedAsync(meeting);
        await school.UntilAsync(id, school.One, "approved");

        await school.PlannedAsync(meeting with { Version = 2, State = "cancelled", RegistrationEnabled = false });

        await school.UntilAsync(id, school.One, "cancelled");
        Assert.Empty(await service.OwnerQueryAsync<string>("select join_url from registrant_link where meeting_id = @id", new { id }));
        Assert.Empty(service.Meetings.UnregisteredFrom(id));
        Assert.Equal((409, "registration-closed"), await RegistrantSchool.RefusedAsync(school.RegisterAsync(school.Admin, id, school.One.PersonId)));
    }

    [Fact]
    public async Task Repeated_and_late_news_change_nothing()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        var id = await school.PlannedAsync(meeting with { Version = 5 });
        await school.UntilAsync(id, school.One, "approved");

        var before = await service.OwnerQueryAsync<string>("select string_agg(r::text, ' ' order by person_id) from registrant r where meeting_id = @id", new { id });

        // As the consumer does it, since nothing else would tell when it is done.
        foreach (var late in new[] { meeting with { Version = 4, State = "cancelled", RegistrationEnabled = false }, meeting with { Version = 5 } })
        {
            await using var session = await service.Database.BeginAsServiceAsync(Ct);
            await KnownMeetings.KeepAsync(session, late, TimeProvider.System.GetUtcNow(), Ct);
            await session.CommitAsync(Ct);
        }

        Assert.Equal(before, await service.OwnerQueryAsync<string>("select string_agg(r::text, ' ' order by person_id) from registrant r where meeting_id = @id", new { id }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_meeting_that_leaves_its_class_takes_its_registrants_from_where_it_goes(bool toAnother)
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        var id = await school.PlannedAsync(meeting);
        await school.UntilAsync(id, school.One, "approved");

        await school.PlannedAsync(meeting with { Version = 2, ClassId = toAnother ? Guid.NewGuid() : null });

        await school.UntilAsync(id, school.One, "cancelled");
        await Eventually.Holds(() => Task.FromResult(service.Meetings.UnregisteredFrom(id).Order().SequenceEqual(Both(school))), "the provider to be told of both");
    }

    [Fact]
    public async Task Enrolments_and_meetings_that_come_at_the_same_moment_all_find_each_other()
    {
        var school = await RegistrantSchool.StartAsync(service, more: 12);
        var meetings = Enumerable.Range(0, 6).Select(i => school.Meeting(startsIn: TimeSpan.FromDays(i + 1))).ToList();
        var called = meetings[0] with { Version = 2, State = "cancelled", RegistrationEnabled = false };
        var pupils = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => school.PersonAsync($"more{i}")));

        await Task.WhenAll(
        [
            .. meetings.Select(meeting => service.PublishAsync(meeting)), service.PublishAsync(called), .. pupils.Select(pupil => school.EnrolAsync(pupil)),
        ]);

        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>(
                "select count(*) from registrant where academy_id = @AcademyId and state = 'approved' and meeting_id <> @MeetingId", new { school.AcademyId, called.MeetingId }))[0] == 5 * 14,
            "everybody to be registered for everything");
        Assert.DoesNotContain("approved", await Eventually.Get(
            () => service.OwnerQueryAsync<string>("select state from registrant where meeting_id = @MeetingId", new { called.MeetingId }),
            states => states.All(state => state is "void"), "what was called off to be void"));
    }

    [Fact]
    [Trait("Acceptance", "X15")]
    public async Task What_a_teacher_asked_for_is_void_when_the_meeting_is_final_and_what_was_registered_stays()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting(withoutClass: true);
        var id = await school.PlannedAsync(meeting);
        await school.RegisterAsync(school.Teacher, id, school.One.PersonId);
        await school.RegisterAsync(school.Admin, id, school.Two.PersonId);
        await school.UntilAsync(id, school.Two, "approved");

        await school.PlannedAsync(meeting with { Version = 2, State = "finalised" });

        await school.UntilAsync(id, school.One, "cancelled");
        await school.UntilAsync(id, school.Two, "approved");
        Assert.Equal((409, "registration-closed"), await RegistrantSchool.RefusedAsync(school.RegisterAsync(school.Admin, id, school.One.PersonId)));
    }

    [Fact]
    public async Task Whom_an_admin_took_off_the_roster_does_not_bring_back()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        var id = await school.PlannedAsync(meeting);
        await school.UntilAsync(id, school.One, "approved");

        Assert.Equal(204, (int)(await school.RemoveAsync(school.Admin, id, school.One.PersonId)).StatusCode);
        await school.UntilAsync(id, school.One, "denied");
        await school.EnrolAsync(school.Three);
        await school.UntilAsync(id, school.Three, "approved");
        await school.UntilAsync(id, school.One, "denied");

        Assert.Equal(202, (int)(await school.RegisterAsync(school.Admin, id, school.One.PersonId)).StatusCode);
        await school.UntilAsync(id, school.One, "approved");
    }

    [Fact]
    public async Task A_class_is_registered_in_chunks_and_nobody_twice_by_two_replicas()
    {
        await using var other = await service.StartReplicaAsync();
        var school = await RegistrantSchool.StartAsync(service, more: 45);
        var students = await service.OwnerQueryAsync<Guid>("select id from person where academy_id = @AcademyId and name like 'More%'", new { school.AcademyId });
        var id = await school.PlannedAsync(school.Meeting(withoutClass: true));

        Assert.Equal(202, (int)(await school.RegisterAsync(school.Admin, id, [.. students])).StatusCode);

        await Eventually.Holds(
            async () => (await school.SeenAsync(school.Admin, id)).Values.Count(one => (string?)one["status"] == "approved") == 45, "everybody to be registered");
        Assert.Equal(students.Order(), service.Meetings.RegisteredIn(id).Order());
        Assert.All(service.Meetings.CallsFor(id), call => Assert.InRange(call.People.Count, 1, 10));
    }

    [Fact]
    public async Task What_was_missed_of_meetings_is_asked_for_once_and_counts()
    {
        var school = await RegistrantSchool.StartAsync(service);
        var meeting = school.Meeting();
        var date = meeting.Occurrences[0];
        service.Meetings.Known[meeting.MeetingId.ToString()] = new Contracts.Meetings.V1.Meeting
        {
            MeetingId = meeting.MeetingId.ToString(), Version = 3, AcademyId = $"{meeting.AcademyId}", ClassId = $"{meeting.ClassId}", OwnerId = $"{meeting.OwnerId}",
            HostId = $"{meeting.HostId}", Title = meeting.Title, RoomId = meeting.RoomId, Provider = "zoom", ProviderMeetingId = "84512093377", TimeZone = "Asia/Manila",
            Audience = "class", State = "ready", RegistrationEnabled = true, CoHostIds = { $"{school.Admin.PersonId}" },
            Occurrences =
            {
                new Contracts.Meetings.V1.Occurrence
                {
                    OccurrenceId = $"{date.OccurrenceId}", StartsAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(date.StartsAt), DurationMinutes = 48,
                },
            },
        };

        await school.SeenAsync(school.One, meeting.MeetingId);

        await school.UntilAsync(meeting.MeetingId, school.One, "approved");
        Assert.True((await service.OwnerQueryAsync<bool>("select co_host_ids @> array[@PersonId] from meeting where id = @MeetingId", new { school.Admin.PersonId, meeting.MeetingId })).Single());
    }

    private static IEnumerable<Guid> Both(RegistrantSchool school) => new[] { school.One.PersonId, school.Two.PersonId }.Order();
}
