using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Meetings;
using Meetings.Registration.Import;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Xunit;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>A school of a test's own, with a class of a teacher and two students, and meetings of it.</summary>
internal sealed class RegistrantSchool
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    private RegistrantSchool(RegistrationService service, string slug) => (Service, Slug) = (service, slug);

    public RegistrationService Service { get; }
    public string Slug { get; }
    public Guid AcademyId => DirectoryIds.Academy(Slug);
    public Guid ClassId { get; private set; }
    public Caller Admin { get; private set; } = null!;
    public Caller Teacher { get; private set; } = null!;
    public Caller One { get; private set; } = null!;
    public Caller Two { get; private set; } = null!;
    public Caller Three { get; private set; } = null!;
    public Caller Parent { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RegistrantSchool> StartAsync(RegistrationService service, int more = 0)
    {
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        var people = academy.People!
            .Append(new SchoolDocument.Person($"three@{slug}.example", "Stu Three", [Roles.Student]))
            .Append(new SchoolDocument.Person($"other-teacher@{slug}.example", "Otto Other", [Roles.Teacher]))
            .Append(new SchoolDocument.Person($"supervisor@{slug}.example", "Sue Supervisor", [Roles.Supervisor]))
            .Concat(Enumerable.Range(0, more).Select(i => new SchoolDocument.Person($"more{i}@{slug}.example", $"More {i:000}", [Roles.Student])));
        await OneAtATime.WaitAsync(Ct);
        try
        {
            Assert.True((await service.ImportAsync(Schools.Document(academy with { People = [.. people] }))).Succeeded);
        }
        finally
        {
            OneAtATime.Release();
        }

        return new RegistrantSchool(service, slug)
        {
            ClassId = await service.ClassAsync($"{slug}-class"), Admin = await Of("admin"), Teacher = await Of("teacher"), One = await Of("one"), Two = await Of("two"),
            Three = await Of("three"), Parent = await Of("parent"),
        };

        Task<Caller> Of(string who) => service.PersonAsync($"{who}@{slug}.example");
    }

    public Task<Caller> PersonAsync(string who) => Service.PersonAsync($"{who}@{Slug}.example");

    /// <summary>A meeting of the class tomorrow, or as said.</summary>
    public MeetingChanged Meeting(TimeSpan? startsIn = null, string state = "ready", bool takesRegistrants = true, Guid? classId = null, bool withoutClass = false) => new(
        Guid.CreateVersion7(), 1, AcademyId, withoutClass ? null : classId ?? ClassId, Teacher.PersonId, Teacher.PersonId, "Algebra 7B", $"room-{Guid.NewGuid():n}", "zoom", "84512093377",
        "Asia/Manila", "class", state, [new MeetingOccurrence(Guid.CreateVersion7(), TimeProvider.System.GetUtcNow() + (startsIn ?? TimeSpan.FromDays(1)), 48)])
    {
        RegistrationEnabled = takesRegistrants,
    };

    /// <summary>Told to the service, and remembered by it.</summary>
    public async Task<Guid> PlannedAsync(MeetingChanged? meeting = null)
    {
        meeting ??= Meeting();
        await Service.PublishAsync(meeting);
        await Eventually.Holds(
            async () => (await Service.OwnerQueryAsync<long>("select version from meeting where id = @MeetingId", new { meeting.MeetingId })) is [var version] && version >= meeting.Version,
            "the meeting to be known");
        return meeting.MeetingId;
    }

    /// <summary>Registrations of a meeting as somebody sees them, by person.</summary>
    public async Task<IReadOnlyDictionary<Guid, JsonObject>> SeenAsync(Caller caller, Guid meetingId)
    {
        using var client = Service.As(caller);
        var answer = await client.GetFromJsonAsync<JsonObject>($"/api/v1/meetings/{meetingId}/registrants?limit=100", Ct);
        return answer!["items"]!.AsArray().ToDictionary(one => one!["userId"]!.GetValue<Guid>(), one => one!.AsObject());
    }

    /// <summary>Until the registration of a person has this status.</summary>
    public async Task<JsonObject> UntilAsync(Guid meetingId, Caller person, string status, string? reason = null)
    {
        var seen = await Eventually.Get(
            () => SeenAsync(Admin, meetingId),
            all => all.TryGetValue(person.PersonId, out var one) && (string?)one["status"] == status && (reason is null || (string?)one["reason"] == reason),
            $"the registration to be {status} {reason}");
        return seen[person.PersonId];
    }

    public async Task<HttpResponseMessage> RegisterAsync(Caller caller, object meeting, params Guid[] people)
    {
        using var client = Service.As(caller);
        return await client.PostAsJsonAsync($"/api/v1/meetings/{meeting}/registrants", new { userIds = people }, Ct);
    }

    public async Task<HttpResponseMessage> RegisterStudentAsync(Caller caller, object? studentId, object? classId)
    {
        using var client = Service.As(caller);
        return await client.PostAsJsonAsync("/api/v1/registrations/students", new { studentId, classId }, Ct);
    }

    public async Task<HttpResponseMessage> RemoveAsync(Caller caller, object meeting, Guid person)
    {
        using var client = Service.As(caller);
        return await client.DeleteAsync(new Uri($"/api/v1/meetings/{meeting}/registrants/{person}", UriKind.Relative), Ct);
    }

    public async Task EnrolAsync(Caller student, DateOnly? from = null, DateOnly? to = null)
    {
        using var client = Service.As(Admin);
        var body = new { personId = student.PersonId, role = "student", from = $"{from ?? Schools.Begin:yyyy-MM-dd}", to = to is { } last ? $"{last:yyyy-MM-dd}" : null };
        (await client.PostAsJsonAsync($"/api/v1/classes/{ClassId}/enrollments", body, Ct)).EnsureSuccessStatusCode();
    }

    /// <summary>Their last day in the class is today.</summary>
    public async Task LeaveClassAsync(Caller student)
    {
        var id = (await Service.OwnerQueryAsync<Guid>("select id from enrolment where class_id = @ClassId and person_id = @PersonId", new { ClassId, student.PersonId })).Single();
        using var client = Service.As(Admin);
        (await client.DeleteAsync(new Uri($"/api/v1/classes/{ClassId}/enrollments/{id}", UriKind.Relative), Ct)).EnsureSuccessStatusCode();
    }

    public static async Task<JsonObject> JsonAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonObject>(Ct))!;

    public static async Task<(int Status, string? Code)> RefusedAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return ((int)answer.StatusCode, (string?)(await JsonAsync(answer))["code"]);
    }
}
