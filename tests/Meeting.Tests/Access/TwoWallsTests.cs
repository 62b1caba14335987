using System.Net;
using Dapper;
using Meetings.Contracts.Directory;
using Meetings.Meeting.Access;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Access;

/// <summary>
/// The pure function and row level security, compared for every role, tie, audience and academy on a real database; and each of them standing
/// although the other has fallen. A service of its own: its policies are broken here.
/// </summary>
public sealed class TwoWallsTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static readonly string[] InAnotherAcademy = ["its own", "another"];

    // A tie, and from when until when it is: days from today, for a lesson of thirty days ago.
    private static readonly (string Tie, int From, int? To, string Counts)[] Ties =
    [
        ("nothing", 0, null, "nothing"), ("owner", 0, null, "owner"), ("host", 0, null, "host"), ("child", 0, null, "child"),
        ("co-host", 0, null, "co-host"),
        .. ((string[])["teaches", "enrolled", "pupil's parent"]).SelectMany(tie => new (string, int, int?, string)[]
        {
            (tie, 0, null, tie), (tie, -99, 0, tie), (tie, -30, -30, tie),
            (tie, -99, -31, Otherwise(tie)), (tie, -29, -1, Otherwise(tie)), (tie, 1, null, Otherwise(tie)),
        }),
    ];

    private static readonly (MeetingAction Action, string Word)[] Changes =
    [
        (MeetingAction.Edit, "edit"), (MeetingAction.Cancel, "cancel"), (MeetingAction.End, "end"), (MeetingAction.Transfer, "transfer"),
        (MeetingAction.Delete, "delete"),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S2-03")]
    [Trait("Acceptance", "S1-18")]
    public async Task The_function_and_the_policies_agree_about_every_role_tie_audience_and_academy()
    {
        var cases = (from role in Matrix.RoleNames from tie in Ties from academy in InAnotherAcademy select new Case(service, role, tie, academy)).ToList();
        await using (var owner = NpgsqlDataSource.Create(service.ConnectionString))
        await using (var connection = await owner.OpenConnectionAsync(Ct))
        {
            await connection.ExecuteAsync(InsertAcademies, new { Ids = new[] { service.School.AcademyId, service.Other.AcademyId } });
            foreach (var one in cases) await one.SaveAsync(connection);
        }

        foreach (var one in cases)
        {
            await using var session = await service.Database.BeginAsync(one.Caller, Ct);
            var shown = (await session.QueryAsync<VisibleMeeting>(
                VisibleMeeting.SelectForCaller("select * from meeting where id = any(@Ids)"), new { Ids = one.Meetings.Values.ToArray() }, Ct)).ToDictionary(row => row.Id);
            foreach (var (audience, id) in one.Meetings)
            {
                var tie = Matrix.Ties[one.Tie.Counts];
                var expected = MeetingAccess.Allows(one.Caller, MeetingAction.See, new MeetingSubject(service.School.AcademyId, true, audience, tie));
                Assert.True(expected == shown.TryGetValue(id, out var found), $"{one}, {audience}: the function says {expected}");
                if (found is null) continue;

                Assert.True(tie == found.RelationTo(one.Caller), $"{one}, {audience}: loaded as {found.RelationTo(one.Caller)}");
                Assert.True(found.MayBeSeenBy(one.Caller), $"{one}, {audience}: the function refuses what was loaded");
            }

            foreach (var withClass in (bool[])[true, false])
            {
                var expected = MeetingAccess.Allows(
                    one.Caller, MeetingAction.Create, new MeetingSubject(service.School.AcademyId, withClass, Audience.All, Matrix.Ties[one.Tie.Counts]));
                Assert.True(expected == await MayInsertAsync(one, withClass), $"{one}, creates with{(withClass ? "" : "out")} the class: the function says {expected}");
            }

            foreach (var (action, word) in Changes)
            {
                // Personal: seen only by those who are tied to it, so that who sees it by its audience alone is not mistaken for one who may not.
                foreach (var audience in (Audience[])[Audience.Personal, Audience.All])
                {
                    var expected = MeetingAccess.Allows(
                        one.Caller, action, new MeetingSubject(service.School.AcademyId, true, audience, Matrix.Ties[one.Tie.Counts]));
                    Assert.True(expected == await MayBeginAsync(one.Caller, one.Meetings[audience], word), $"{one}, {audience}, {word}: the function says {expected}");
                }
            }
        }
    }

    [Fact]
    [Trait("Acceptance", "S3-26")]
    public async Task They_agree_about_every_kind_of_session()
    {
        var cases = (from role in Matrix.RoleNames from tie in Ties from academy in InAnotherAcademy select new Case(service, role, tie, academy)).ToList();
        await using var owner = NpgsqlDataSource.Create(service.ConnectionString);
        await using var connection = await owner.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync(InsertAcademies, new { Ids = new[] { service.School.AcademyId, service.Other.AcademyId } });
        foreach (var one in cases) await one.SaveAsync(connection);

        foreach (var kind in Matrix.Kinds)
        {
            await connection.ExecuteAsync("update school_class set kind = @kind where name = 'x'", new { kind });
            foreach (var one in cases)
            {
                await using var session = await service.Database.BeginAsync(one.Caller, Ct);
                var shown = (await session.QueryAsync<VisibleMeeting>(
                    VisibleMeeting.SelectForCaller("select * from meeting where id = any(@Ids)"), new { Ids = one.Meetings.Values.ToArray() }, Ct)).ToDictionary(row => row.Id);
                foreach (var (audience, id) in one.Meetings)
                {
                    var subject = new MeetingSubject(service.School.AcademyId, true, audience, Matrix.Ties[one.Tie.Counts]) { Kind = kind };
                    var expected = MeetingAccess.Allows(one.Caller, MeetingAction.See, subject);
                    Assert.True(expected == shown.TryGetValue(id, out var found), $"{one}, {audience}, {kind}: the function says {expected}");
                    Assert.True(found is null || (found.MayBeSeenBy(one.Caller) && found.SubjectFor(one.Caller) == subject), $"{one}, {audience}, {kind}: loaded otherwise");
                }
            }
        }
    }

    [Fact]
    public async Task A_policy_that_is_too_wide_shows_nobody_what_the_function_refuses_and_is_told_of()
    {
        var log = new ErrorLog();
        service.Host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var (mine, personal) = (await service.MeetingAsync(("audience", "students")), await service.MeetingAsync(("audience", "personal")));
        var student = service.School.Student;
        var classId = service.School.ClassId;
        Assert.Equal(1, (int)(await service.GetAsync(student, $"?classId={classId}"))["total"]!);
        Assert.Empty(log.Errors);

        await service.OwnerQueryAsync<int>("create policy too_wide on meeting for select to meetings_caller using (true)");
        try
        {
            using var client = service.As(student);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri($"/api/v1/meetings/{Text(personal, "id")}", UriKind.Relative), Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri($"/api/v1/meetings/{Text(personal, "roomId")}", UriKind.Relative), Ct)).StatusCode);
            Assert.Equal(2, log.Errors.Count(error => error.Contains(Text(personal, "id"), StringComparison.Ordinal)));

            var page = await service.GetAsync(student, $"?classId={classId}");
            Assert.Equal([Text(mine, "id")], page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            Assert.Equal(2, (int)page["total"]!);
            Assert.Equal(3, log.Errors.Count(error => error.Contains(Text(personal, "id"), StringComparison.Ordinal)));
        }
        finally
        {
            await service.OwnerQueryAsync<int>("drop policy too_wide on meeting");
        }
    }

    // Today is the academy's day. Of a zone far in the east and one far in the west, one has another date than UTC at any moment.
    [Fact]
    public async Task Today_is_the_academys_day_and_not_that_of_greenwich()
    {
        var now = DateTimeOffset.UtcNow;
        var (zone, there) = now.Hour >= 11 ? ("Pacific/Kiritimati", now.AddHours(14)) : ("Etc/GMT+12", now.AddHours(-12));
        var school = new Fakes.School(service.Directory, "faraway", zone);
        var classId = school.Class(school.Teacher);
        Caller Member(string role, DateTimeOffset day)
        {
            var person = school.Person(role);
            var date = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            service.Directory.Classes[classId.ToString()].Members.Add(new Contracts.Directory.V1.Member { PersonId = person.PersonId.ToString(), Role = role, From = date, To = date });
            return person;
        }

        var (hereToday, thereToday) = (Member(Roles.Student, now), Member(Roles.Student, there));
        var (hereTeaches, thereTeaches) = (Member(Roles.Teacher, now), Member(Roles.Teacher, there));
        var body = service.Request(("classId", classId.ToString()), ("startsAt", "2026-01-05T06:00:00Z"), ("timeZone", "UTC"));

        Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(thereTeaches, body)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await service.CreateAsync(hereTeaches, body)).StatusCode);
        Assert.Equal(1, (int)(await service.GetAsync(thereToday, $"?classId={classId}"))["total"]!);
        Assert.Equal(0, (int)(await service.GetAsync(hereToday, $"?classId={classId}"))["total"]!);
    }

    [Fact]
    public async Task A_time_zone_that_the_database_does_not_know_shuts_nobody_out()
    {
        var school = new Fakes.School(service.Directory, "nowhere", "UTC");
        var created = await service.CreateAsync(school.Teacher, service.Request(("classId", school.ClassId.ToString()), ("timeZone", "UTC")));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await service.OwnerQueryAsync<int>("update academy set time_zone = 'Middle/Nowhere' where academy_id = @AcademyId", school);

        Assert.Equal(1, (int)(await service.GetAsync(school.Student, $"?classId={school.ClassId}"))["total"]!);
    }

    private static string Otherwise(string tie) => tie == "pupil's parent" ? "child" : "nothing";

    /// <summary>What the database itself says to a change, with no code of ours before it.</summary>
    private async Task<bool> MayBeginAsync(Caller caller, Guid meetingId, string action)
    {
        await using var session = await service.Database.BeginAsync(caller, Ct);
        try
        {
            return await ChangeLedger.TryBeginAsync(session, meetingId, action, caller, Ct) is not null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }

    /// <summary>What the database itself says to a plan, with no code of ours before it.</summary>
    private async Task<bool> MayInsertAsync(Case one, bool withClass)
    {
        await using var session = await service.Database.BeginAsync(one.Caller, Ct);
        try
        {
            await session.ExecuteAsync(InsertMeeting, one.Row(Guid.NewGuid(), Audience.All, withClass, one.Caller.PersonId, one.Caller.PersonId), Ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }

    private const string InsertAcademies =
        "insert into academy (academy_id, version, slug, name, time_zone) select unnest(@Ids), 1, 'a', 'a', 'Asia/Manila' on conflict do nothing";

    private const string InsertMeeting = """
        insert into meeting (id, academy_id, class_id, created_by, owner_id, host_id, host_name, room_id, provider, type, title, audience, starts_at,
            duration_minutes, time_zone, local_date, waiting_room, created_at, updated_at)
        values (@Id, @AcademyId, @ClassId, @Owner, @Owner, @Host, 'x', @Id::text, 'zoom', 'scheduled', 'x', @Audience, now() - interval '30 days', 45, 'UTC',
            (now() at time zone 'Asia/Manila')::date - 30, true, now(), now())
        """;

    /// <summary>Someone with a role and a tie, and a meeting of every audience that they have it to, in an academy that is theirs or not.</summary>
    private sealed class Case(MeetingService service, string role, (string Tie, int From, int? To, string Counts) tie, string academy)
    {
        private readonly Guid _class = Guid.NewGuid();
        private readonly Guid _child = Guid.NewGuid();

        public (string Tie, int From, int? To, string Counts) Tie => tie;

        public Caller Caller { get; } = new(
            Guid.NewGuid(), role == Roles.SuperAdmin ? null : academy == "another" ? service.Other.AcademyId : service.School.AcademyId, [role]);

        public IReadOnlyDictionary<Audience, Guid> Meetings { get; } = Enum.GetValues<Audience>().ToDictionary(audience => audience, _ => Guid.NewGuid());

        public async Task SaveAsync(NpgsqlConnection connection)
        {
            var isParent = tie.Tie is "child" or "pupil's parent";
            var member = tie.Tie == "pupil's parent" ? _child : Caller.PersonId;
            await connection.ExecuteAsync("""
                insert into person (person_id, version, name, email, roles) values (@PersonId, 1, 'x', 'x', '{}');
                insert into guardianship (guardian_id, child_id) select @PersonId, @child where @isParent;
                insert into school_class (class_id, version, academy_id, name, kind) values (@class, 1, @AcademyId, 'x', 'class');
                insert into class_member (class_id, academy_id, person_id, role, from_date, to_date)
                select @class, @AcademyId, @member, @inClass, (now() at time zone 'Asia/Manila')::date + @From, (now() at time zone 'Asia/Manila')::date + @To::int
                where @inClass <> ''
                """, new
            {
                Caller.PersonId, child = _child, isParent, @class = _class, service.School.AcademyId, member, tie.From, tie.To,
                inClass = tie.Tie switch { "teaches" => Roles.Teacher, "enrolled" or "pupil's parent" => Roles.Student, _ => "" },
            });
            foreach (var (audience, id) in Meetings)
            {
                await connection.ExecuteAsync(InsertMeeting, Row(
                    id, audience, true, tie.Tie == "owner" ? Caller.PersonId : Guid.NewGuid(), tie.Tie == "host" ? Caller.PersonId : Guid.NewGuid()));
                if (tie.Tie == "co-host")
                {
                    await connection.ExecuteAsync(
                        "update meeting set co_host_ids = array[@PersonId], co_host_names = array['x'] where id = @id", new { Caller.PersonId, id });
                }
            }
        }

        public object Row(Guid id, Audience audience, bool withClass, Guid owner, Guid host) => new
        {
            Id = id, service.School.AcademyId, ClassId = withClass ? _class : (Guid?)null, Owner = owner, Host = host, Audience = audience.ToString().ToLowerInvariant(),
        };

        public override string ToString() => $"{role} of {academy} academy, {tie.Tie} from day {tie.From} to {tie.To}";
    }

    /// <summary>The errors that were logged.</summary>
    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error) Errors.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
