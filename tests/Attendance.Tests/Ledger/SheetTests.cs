using Meetings.Attendance.Ledger;
using Meetings.Attendance.Policies;
using Meetings.Contracts.Sittings;
using static Meetings.Attendance.Tests.Ledger.Given;

namespace Meetings.Attendance.Tests.Ledger;

public sealed class SheetTests
{
    [Fact]
    [Trait("Acceptance", "S2-09")]
    public void Every_enrolled_student_has_a_mark()
    {
        var sheet = Evaluation.Evaluate(
            Lesson(), Roster("ana", "ben", "carl"), PolicyPresets.Deped15,
            Facts("ana join 09:00", "ana left 09:20", "ben join 09:50", "* ended 10:00"), People("ana", "ben", "carl"), At("23:00"), true);

        Assert.Equal(3, sheet.Expected);
        Assert.Equal(
            [AttendanceStatus.Present, AttendanceStatus.Partial, AttendanceStatus.Absent],
            new[] { "ana", "ben", "carl" }.Select(name => sheet.Records.Single(record => record.StudentId == Person(name)).Status));
    }

    [Fact]
    [Trait("Acceptance", "S0-09")]
    [Trait("Acceptance", "S0-04")]
    public void Guests_and_staff_take_part_without_a_record_and_guests_have_a_leave_time()
    {
        var sheet = Sheet(Facts("guest1 join 09:00", "guest1 left 09:30", "guest1 join 09:40", "guest2 join 09:00", "teacher join 09:00", "* ended 10:00"));

        Assert.Equal(Person("ana"), Assert.Single(sheet.Records).StudentId);
        Assert.Equal(3, sheet.Participants.Count);
        Assert.All(sheet.Participants, participant => Assert.NotNull(participant.Presence.LastLeaveAt));
        Assert.Equal(2, sheet.Participants.Count(participant => participant.PersonId is null));
    }

    [Fact]
    public void A_guest_with_an_address_is_one_guest_over_all_connections()
    {
        var facts = Facts("guest1 join 09:00", "guest1 left 09:10", "guest2 join 09:20", "guest2 left 09:30")
            .Select(fact => fact with { Who = fact.Who with { Email = fact.Kind == FactKind.Joined ? "Aunt@Home.example" : "" } }).ToArray();

        var guest = Assert.Single(Sheet(facts).Participants);

        Assert.Equal(("email:aunt@home.example", 1200, 2), (guest.GuestKey, guest.Presence.Seconds, guest.Presence.JoinCount));
    }

    [Fact]
    public void A_row_of_the_report_and_its_webhooks_are_one_guest()
    {
        var guest = Assert.Single(Sheet(Facts("guest1 join 09:00", "guest1 reported-join 09:00", "guest1 reported-left 09:30")).Participants);

        Assert.Equal((1800, 1), (guest.Presence.Seconds, guest.Presence.JoinCount));
    }

    [Fact]
    public void What_the_report_knows_of_a_session_tells_whose_webhooks_they_were()
    {
        var facts = Facts("guest1 join 09:00", "* ended 10:00").Append(
            new Fact("S1", "report:guest1-1", FactKind.Left, At("09:30"), FactSource.Report, new ParticipantIdentity(SessionNumber: "guest1-1", Email: "ana@school.example"))).ToArray();

        Assert.Equal(1800, Ana(facts).Presence.Seconds);
        Assert.Single(Sheet(facts).Participants);
    }

    [Fact]
    public void Recorders_and_agents_are_not_people()
    {
        var facts = Facts("guest1 join 09:00", "guest2 join 09:00").Select((fact, i) => fact with { Who = new ParticipantIdentity(Identity: i == 0 ? "EG_abc" : "agent-AJ_x") }).ToArray();

        Assert.Empty(Sheet(facts).Participants);
    }

    [Fact]
    public void No_data_is_not_absent()
    {
        var sheet = Sheet([]);

        Assert.True(sheet.NoData);
        Assert.False(sheet.NoShow);
        Assert.Equal(AttendanceStatus.NoData, Assert.Single(sheet.Records).Status);
    }

    [Fact]
    [Trait("Acceptance", "X34")]
    [Trait("Acceptance", "S3-01")]
    public void A_sitting_to_which_nobody_came_is_a_no_show_of_absent_students()
    {
        var sheet = Sheet(Facts("* started 09:00", "* ended 09:20"));

        Assert.True(sheet.NoShow);
        Assert.Equal(AttendanceStatus.Absent, Assert.Single(sheet.Records).Status);
        Assert.False(Sheet(Facts("* started 09:00", "teacher join 09:00", "* ended 09:20")).NoShow);
    }

    [Fact]
    [Trait("Acceptance", "S2-11")]
    public void A_class_without_students_and_a_meeting_without_a_class_have_no_records()
    {
        var sheet = Evaluation.Evaluate(Lesson(), Meetings.Attendance.Ledger.Roster.None, PolicyPresets.Deped15, Facts("guest1 join 09:00"), People(), At("23:00"), true);

        Assert.Empty(sheet.Records);
        Assert.Single(sheet.Participants);
    }

    [Fact]
    [Trait("Property", "P10")]
    public void The_roster_is_the_one_of_the_academys_date_of_the_lesson()
    {
        // 23:30 UTC on the 13th is 07:30 on the 14th in Manila.
        var lesson = Lesson(zone: Manila) with { StartsAt = At("00:00").AddMinutes(-30) };
        var roster = new Roster([
            new RosterPlace(Person("ana"), Day, null),
            new RosterPlace(Person("ben"), Day.AddDays(1), null),
            new RosterPlace(Person("carl"), Day.AddDays(-30), Day.AddDays(-1)),
            new RosterPlace(Person("dina"), Day.AddDays(-30), Day)]);

        var sheet = Evaluation.Evaluate(lesson, roster, PolicyPresets.Deped15, [Fact("* started 00:00")], People(), At("23:00"), true);

        Assert.Equal(Day, lesson.Date);
        Assert.Equal(2, sheet.Expected);
        Assert.Equal(
            new Dictionary<Guid, AttendanceStatus> { [Person("ana")] = AttendanceStatus.Absent, [Person("dina")] = AttendanceStatus.Absent, [Person("ben")] = AttendanceStatus.NotApplicable },
            sheet.Records.ToDictionary(record => record.StudentId, record => record.Status));
    }

    [Theory]
    [InlineData("07:03", 48, 41, "academy-80-30", "joined 07:03, grace until 07:15, 41 of 48 min = 85.4 %, policy academy-80-30 v1 → present")]
    [InlineData("07:15:01", 90, 73, "academy-80-30", "joined 07:15:01, grace until 07:15, 73 of 90 min = 81.1 %, policy academy-80-30 v1 → late")]
    [InlineData("07:03", 48, 14, "deped-15", "joined 07:03, 14 of 48 min, present from 15 min, policy deped-15 v1 → partial")]
    public void A_mark_is_explained_in_one_sentence_in_the_academys_time(string join, int planned, int minutes, string policy, string expected)
    {
        var manila = TimeSpan.FromHours(8);
        var lesson = Lesson("07:00", planned, Manila) with { StartsAt = At("07:00") - manila };
        var joined = At(join) - manila;

        var mark = Ana([Fact("ana join 07:00") with { At = joined }, Fact("ana left 07:00") with { At = joined.AddMinutes(minutes) }], lesson, PolicyPresets.Effective(policy, null));

        Assert.Equal(expected, mark.Explanation);
    }

    [Fact]
    public void Who_never_joined_is_told_so() =>
        Assert.Equal("never joined, 0 of 60 min, present from 15 min, policy deped-15 v1 → absent", Ana(Facts("* started 09:00", "* ended 10:00")).Explanation);

    [Fact]
    public void A_sitting_belongs_to_the_nearest_date()
    {
        var monday = Lesson();
        var tuesday = Lesson() with { OccurrenceId = Guid.NewGuid(), StartsAt = At("09:00").AddDays(1) };
        var facts = Facts("* started 08:30", "ana join 09:00", "* ended 10:20").Concat(
            Facts("ana@T join 09:00", "ana@T left 09:30").Select(fact => fact with { At = fact.At.AddHours(23) })).ToArray();

        var assigned = SittingAssignment.Assign([tuesday, monday], facts);

        Assert.Equal(3, assigned[monday.OccurrenceId].Count());
        Assert.Equal(2, assigned[tuesday.OccurrenceId].Count());
    }
}
