using System.Text.Json.Nodes;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.ServiceDefaults.Security;
using static Meetings.Meeting.Tests.BadRequests;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Automation;

/// <summary>Requests about rooms by the clock that are refused: no setting is changed by them, no room opened and no lesson ended.</summary>
public sealed class BadAutomationRequestsTests(BadAutomationRequestsTests.Academy academy) : IClassFixture<BadAutomationRequestsTests.Academy>
{
    private MeetingService Service => academy.LiveKit.Service;

    private Fakes.School School => Service.School;

    [Theory]
    [InlineData(null, "invalid-request")]
    [InlineData("", "invalid-request")]
    [InlineData("{", "invalid-request")]
    [InlineData("""{"endBufferMinutes":5,"endBufferMinutes":6}""", "invalid-request")]
    [InlineData("null", "invalid-request", "")]
    [InlineData("[]", "invalid-request", "")]
    [InlineData("\"off\"", "invalid-request", "")]
    [InlineData("""{"autoCreateMeetings":"false"}""", "invalid-request", "autoCreateMeetings")]
    [InlineData("""{"autoEndMeetings":0}""", "invalid-request", "autoEndMeetings")]
    [InlineData("""{"allowAdHocRooms":{}}""", "invalid-request", "allowAdHocRooms")]
    [InlineData("""{"creationMinutesBefore":"15"}""", "invalid-request", "creationMinutesBefore")]
    [InlineData("""{"creationMinutesBefore":-1}""", "invalid-request", "creationMinutesBefore")]
    [InlineData("""{"creationMinutesBefore":1.5}""", "invalid-request", "creationMinutesBefore")]
    [InlineData("""{"creationMinutesBefore":99999999999999999999}""", "invalid-request", "creationMinutesBefore")]
    [InlineData("""{"endBufferMinutes":241}""", "invalid-request", "endBufferMinutes")]
    [InlineData("""{"endBufferMinutes":[30]}""", "invalid-request", "endBufferMinutes")]
    [InlineData("""{"creationWindowStart":6,"creationWindowEnd":20}""", "invalid-request", "creationWindowStart")]
    [InlineData("""{"creationWindowStart":"06:00\u0000","creationWindowEnd":"20:00"}""", "invalid-request", "creationWindowStart")]
    [InlineData("""{"creationWindowStart":"…","creationWindowEnd":"20:00"}""", "invalid-request", "creationWindowStart")]
    [InlineData("""{"creationWindowStart":"6 am","creationWindowEnd":"20:00"}""", "invalid-request", "creationWindowStart")]
    [InlineData("""{"creationWindowStart":"06:00","creationWindowEnd":"24:00"}""", "invalid-request", "creationWindowEnd")]
    [InlineData("""{"creationWindowEnd":"20:00"}""", "invalid-request", "creationWindowStart")]
    [InlineData("""{"creationBlockedDays":["funday"]}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":[0]}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":[null]}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":["mon\u0000day"]}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":["\ud800"]}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":["…"]}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"creationBlockedDays":{"0":"monday"}}""", "invalid-request", "creationBlockedDays")]
    [InlineData("""{"maxParticipants":0}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":"many"}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"recordingEnabled":"…"}""", "invalid-request", "recordingEnabled")]
    public async Task Settings_of_an_academy_stay_as_they_are(string? body, string code, string? field = null)
    {
        await RefusedAsync(await Service.SendRawAsync(School.Admin, academy.Fill("PUT academies/{academy}/video-settings"), body, seen: "*"), code, field);

        await academy.StaysAsync();
    }

    [Theory]
    [InlineData(null, "invalid-request")]
    [InlineData("{\"maxParticipants\":", "invalid-request")]
    [InlineData("""{"maxParticipants":5,"maxParticipants":6}""", "invalid-request")]
    [InlineData("null", "invalid-request", "")]
    [InlineData("[5]", "invalid-request", "")]
    [InlineData("""{"maxParticipants":0}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":1001}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":-5}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":5.5}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":1e400}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":"5"}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"maxParticipants":{}}""", "invalid-request", "maxParticipants")]
    [InlineData("""{"recordingEnabled":"yes"}""", "invalid-request", "recordingEnabled")]
    [InlineData("""{"recordingEnabled":1}""", "invalid-request", "recordingEnabled")]
    [InlineData("""{"recordingEnabled":"\u0000"}""", "invalid-request", "recordingEnabled")]
    [InlineData("""{"recordingEnabled":"…"}""", "invalid-request", "recordingEnabled")]
    public async Task Settings_of_a_teacher_stay_as_they_are(string? body, string code, string? field = null)
    {
        await RefusedAsync(await Service.SendRawAsync(School.Admin, academy.Fill("PUT academies/{academy}/video-settings/teachers/{teacher}"), body), code, field);

        await academy.StaysAsync();
    }

    [Theory]
    // Academies.
    [InlineData("admin", "GET academies/1/video-settings", "not-found")]
    [InlineData("admin", "GET academies/%20/video-settings", "not-found")]
    [InlineData("admin", "GET academies/{long}/video-settings", "not-found")]
    [InlineData("admin", "GET academies/{other}/video-settings", "academy-not-found")]
    [InlineData("admin", "GET academies/{nobody}/video-settings", "academy-not-found")]
    [InlineData("super", "GET academies/{nobody}/video-settings", "academy-not-found")]
    [InlineData("super", "GET academies/00000000-0000-0000-0000-000000000000/video-settings", "academy-not-found")]
    [InlineData("student", "GET academies/{academy}/video-settings", "automation-not-allowed")]
    [InlineData("parent", "GET academies/{academy}/video-settings", "automation-not-allowed")]
    [InlineData("nobody", "GET academies/{academy}/video-settings", "unauthenticated")]
    [InlineData("admin", "PUT academies/{other}/video-settings", "academy-not-found")]
    [InlineData("super", "PUT academies/{nobody}/video-settings", "academy-not-found")]
    [InlineData("teacher", "PUT academies/{academy}/video-settings", "automation-not-allowed")]
    [InlineData("nobody", "PUT academies/{academy}/video-settings", "unauthenticated")]
    [InlineData("admin", "DELETE academies/{academy}/video-settings", "method-not-allowed")]
    [InlineData("admin", "PATCH academies/{academy}/video-settings", "method-not-allowed")]
    // Teachers.
    [InlineData("admin", "PUT academies/{academy}/video-settings/teachers/1", "not-found")]
    [InlineData("admin", "PUT academies/{academy}/video-settings/teachers/{long}", "not-found")]
    [InlineData("admin", "PUT academies/{academy}/video-settings/teachers/{nobody}", "teacher-not-found")]
    [InlineData("admin", "PUT academies/{academy}/video-settings/teachers/{student}", "teacher-not-found")]
    [InlineData("admin", "PUT academies/{academy}/video-settings/teachers/{otherTeacher}", "teacher-not-found")]
    [InlineData("super", "PUT academies/{academy}/video-settings/teachers/{otherTeacher}", "teacher-not-found")]
    [InlineData("admin", "PUT academies/{other}/video-settings/teachers/{otherTeacher}", "academy-not-found")]
    [InlineData("admin", "PUT academies/{other}/video-settings/teachers/{teacher}", "academy-not-found")]
    [InlineData("teacher", "PUT academies/{academy}/video-settings/teachers/{teacher}", "automation-not-allowed")]
    [InlineData("nobody", "PUT academies/{academy}/video-settings/teachers/{teacher}", "unauthenticated")]
    [InlineData("admin", "GET academies/{academy}/video-settings/teachers/{teacher}", "method-not-allowed")]
    public async Task Nobody_sees_or_changes_settings_that_are_not_theirs_or_not_there(string who, string request, string code)
    {
        await RefusedAsync(await Service.SendRawAsync(Caller(who), academy.Fill(request), request.StartsWith('P') ? """{"maxParticipants":5}""" : null, seen: "*"), code);

        await academy.StaysAsync();
    }

    [Theory]
    [InlineData(null, "precondition-required")]
    [InlineData("", "video-settings-changed")]
    [InlineData("\"7\"", "video-settings-changed")]
    [InlineData("\"0\"", "video-settings-changed")]
    [InlineData("1", "video-settings-changed")]
    [InlineData("W/\"1\"", "video-settings-changed")]
    [InlineData("*, *", "video-settings-changed")]
    [InlineData("\"99999999999999999999\"", "video-settings-changed")]
    public async Task Settings_are_not_replaced_by_who_has_seen_others(string? seen, string code)
    {
        await RefusedAsync(await Service.SendRawAsync(School.Admin, academy.Fill("PUT academies/{academy}/video-settings"), """{"endBufferMinutes":5}""", seen), code);

        await academy.StaysAsync();
    }

    [Theory]
    [InlineData("dryRun=", "invalid-request")]
    [InlineData("dryRun=perhaps", "invalid-request")]
    [InlineData("dryRun=1", "invalid-request")]
    [InlineData("dryRun=yes", "invalid-request")]
    [InlineData("dryRun=%00", "invalid-request")]
    [InlineData("dryRun=null", "invalid-request")]
    [InlineData("dryRun=…", "invalid-request")]
    [InlineData("dryRun=true&dryRun=false", "invalid-request")]
    [InlineData("dryRun=[true]", "invalid-request")]
    [InlineData("academyId=", "invalid-request")]
    [InlineData("academyId=1", "invalid-request")]
    [InlineData("academyId=%00", "invalid-request")]
    [InlineData("academyId=null", "invalid-request")]
    [InlineData("academyId=…", "invalid-request")]
    [InlineData("academyId={academy}%00", "invalid-request")]
    [InlineData("academyId={academy}&academyId={academy}", "invalid-request")]
    [InlineData("academyId={other}", "academy-not-found")]
    [InlineData("academyId={nobody}", "academy-not-found")]
    [InlineData("academyId={student}", "academy-not-found")]
    [InlineData("academyId=00000000-0000-0000-0000-000000000000", "academy-not-found")]
    public async Task No_lesson_is_touched_by_a_job_that_is_not_understood(string query, string code)
    {
        foreach (var job in (string[])["POST automation/create-scheduled", "POST automation/cleanup-expired", "GET automation/statistics"])
        {
            if (job.StartsWith("GET", StringComparison.Ordinal) && query.StartsWith("dryRun", StringComparison.Ordinal)) continue;
            await RefusedAsync(await Service.SendRawAsync(School.Admin, academy.Fill($"{job}?{query}")), code);
        }

        await academy.StaysAsync();
    }

    [Theory]
    [InlineData("teacher", "POST automation/create-scheduled", "automation-not-allowed")]
    [InlineData("student", "POST automation/create-scheduled?dryRun=true", "automation-not-allowed")]
    [InlineData("parent", "POST automation/cleanup-expired", "automation-not-allowed")]
    [InlineData("teacher", "POST automation/cleanup-expired?academyId={academy}", "automation-not-allowed")]
    [InlineData("teacher", "GET automation/statistics", "automation-not-allowed")]
    [InlineData("student", "GET automation/statistics?academyId={academy}", "automation-not-allowed")]
    [InlineData("stranger", "POST automation/create-scheduled?academyId={academy}", "academy-not-found")]
    [InlineData("stranger", "POST automation/cleanup-expired?academyId={academy}", "academy-not-found")]
    [InlineData("stranger", "GET automation/statistics?academyId={academy}", "academy-not-found")]
    [InlineData("super", "POST automation/cleanup-expired?academyId={nobody}", "academy-not-found")]
    [InlineData("super", "GET automation/statistics?academyId={nobody}", "academy-not-found")]
    [InlineData("nobody", "POST automation/create-scheduled", "unauthenticated")]
    [InlineData("nobody", "POST automation/cleanup-expired", "unauthenticated")]
    [InlineData("nobody", "GET automation/statistics", "unauthenticated")]
    [InlineData("admin", "GET automation/create-scheduled", "method-not-allowed")]
    [InlineData("admin", "DELETE automation/cleanup-expired", "method-not-allowed")]
    [InlineData("admin", "POST automation/statistics", "method-not-allowed")]
    [InlineData("admin", "POST automation/everything", "not-found")]
    public async Task No_lesson_is_touched_by_who_may_not_run_a_job(string who, string request, string code)
    {
        await RefusedAsync(await Service.SendRawAsync(Caller(who), academy.Fill(request)), code);

        await academy.StaysAsync();
    }

    private Caller? Caller(string who) => who switch
    {
        "admin" => School.Admin,
        "teacher" => School.Teacher,
        "student" => School.Student,
        "parent" => School.Parent,
        "stranger" => Service.Other.Admin,
        "super" => Fakes.School.Super,
        _ => null,
    };

    /// <summary>An academy with settings, a teacher with others, a lesson whose room is due and one whose end is: the same for all rows, since none of them changes anything.</summary>
    public sealed class Academy : IAsyncLifetime
    {
        private JsonObject _due = null!;
        private JsonObject _over = null!;
        private string _before = "";

        // By its clock the service would do what the rows must not.
        internal LiveKitService LiveKit { get; } = new() { More = [("Automation:CreateEvery", "01:00:00"), ("Automation:CleanUpEvery", "01:00:00")] };

        private MeetingService Service => LiveKit.Service;

        public async ValueTask InitializeAsync()
        {
            await LiveKit.InitializeAsync();
            foreach (var (path, body) in new[] { ("", """{"endBufferMinutes":42}"""), ("/teachers/{teacher}", """{"maxParticipants":42}""") })
                Assert.True((await Service.SendRawAsync(Service.School.Admin, Fill($"PUT academies/{{academy}}/video-settings{path}"), body, seen: "\"0\"")).IsSuccessStatusCode);
            _due = await LessonAsync(minutes: 30, await LiveKit.MeetingAsync(("startsAt", DateTimeOffset.UtcNow.AddHours(5).ToString("o"))));
            _over = await LessonAsync(minutes: -120, await LiveKit.MeetingAsync());
            _before = await ReadAsync();
        }

        public ValueTask DisposeAsync() => LiveKit.DisposeAsync();

        internal async Task StaysAsync()
        {
            Assert.Equal(_before, await ReadAsync());
            Assert.Null(await LiveKit.RoomAsync(Text(_due, "providerMeetingId")));
            Assert.NotNull(await LiveKit.RoomAsync(Text(_over, "providerMeetingId")));
        }

        internal string Fill(string text) => text
            .Replace("{academy}", Service.School.AcademyId.ToString(), StringComparison.Ordinal).Replace("{other}", Service.Other.AcademyId.ToString(), StringComparison.Ordinal)
            .Replace("{teacher}", Service.School.Teacher.PersonId.ToString(), StringComparison.Ordinal).Replace("{otherTeacher}", Service.Other.Teacher.PersonId.ToString(), StringComparison.Ordinal)
            .Replace("{student}", Service.School.Student.PersonId.ToString(), StringComparison.Ordinal).Replace("{nobody}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{long}", Long, StringComparison.Ordinal).Replace("…", Long, StringComparison.Ordinal);

        private async Task<JsonObject> LessonAsync(int minutes, JsonObject lesson)
        {
            await Service.OwnerQueryAsync<int>(
                """
                update occurrence set starts_at = now() + make_interval(mins => @minutes) where meeting_id = @id;
                update meeting set starts_at = now() + make_interval(mins => @minutes) where id = @id
                """, new { id = Guid.Parse(Text(lesson, "id")), minutes });
            return lesson;
        }

        private async Task<string> ReadAsync() => await Service.StoredAsync(Text(_due, "id"), Text(_over, "id")) + (await Service.OwnerQueryAsync<string>("""
            select jsonb_build_array((select jsonb_agg(to_jsonb(s) order by academy_id) from video_settings s), (select jsonb_agg(to_jsonb(t) order by teacher_id) from teacher_video_settings t)) #>> '{}'
            """))[0];
    }
}
