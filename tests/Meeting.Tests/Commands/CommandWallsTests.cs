using Meetings.Meeting.Access;
using Meetings.Meeting.Commands;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;
using Npgsql;
using static Meetings.Meeting.Tests.Commands.CommandRoom;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>The database asked directly, as each person: it shows and takes what the pure function says.</summary>
public sealed class CommandWallsTests(CommandRoom room) : IClassFixture<CommandRoom>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S1-18")]
    public async Task Row_level_security_agrees_with_the_function_for_everyone_and_every_audience()
    {
        foreach (var other in room.Service.Other.Everyone.Take(1)) await room.Service.CreateAsync(other, room.Service.Request(("classId", room.Service.Other.ClassId.ToString())));
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var id = await room.MeetingAsync(("audience", audience.ToString().ToLowerInvariant()));
            await room.GiveAsync(id, Announce("all"));
            await room.GiveAsync(id, For("mute", room.School.Student, room.School.Parent));
            await room.GiveAsync(id, For("kick", room.School.Student, room.School.OtherStudent, room.School.Teacher), by: room.School.Admin);
            await room.GiveAsync(id, Announce("after"));
            foreach (var caller in room.School.Everyone.Concat(room.Service.Other.Everyone).Append(Fakes.School.Super))
            {
                await using var session = await room.Service.Database.BeginAsync(caller, Ct);
                var meeting = await VisibleMeeting.FindAsync(session, id, Ct);
                var shown = (await session.QueryAsync<Command>($"select {Command.Columns} from meeting_command c where c.meeting_id = @Id order by c.seq", new { Id = Guid.Parse(id) }, Ct)).Select(row => row.Seq);
                var subject = meeting is null ? null : CommandAccess.Subject(caller, meeting);
                long? outSince = caller == room.School.Student || caller == room.School.OtherStudent || caller == room.School.Teacher ? 3 : null;
                Guid[]?[] targets =
                [
                    null, [room.School.Student.PersonId, room.School.Parent.PersonId],
                    [room.School.Student.PersonId, room.School.OtherStudent.PersonId, room.School.Teacher.PersonId], null,
                ];
                var expected = Enumerable.Range(1, 4).Where(seq => subject is not null && CommandAccess.MayHear(caller, subject, targets[seq - 1], seq, outSince)).Select(seq => (long)seq);
                Assert.True(expected.SequenceEqual(shown), $"{string.Join(',', caller.Roles)}, {audience}: {string.Join(',', expected)} and not {string.Join(',', shown)}");

                var commands = subject is not null && CommandAccess.MayCommand(caller, subject);
                Assert.True(commands == await MayInsertAsync(caller, id), $"{string.Join(',', caller.Roles)}, {audience}: commands {commands}");
            }
        }
    }

    [Fact]
    public async Task Nobody_acknowledges_in_anothers_name_or_what_they_were_not_told()
    {
        var id = await room.MeetingAsync();
        await room.GiveAsync(id, For("mute", room.School.Teacher));
        await room.GiveAsync(id, Announce("all"));
        foreach (var (seq, person) in ((long, Guid)[])[(1, room.School.Student.PersonId), (2, room.School.OtherStudent.PersonId)])
        {
            await using var session = await room.Service.Database.BeginAsync(room.School.Student, Ct);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => session.ExecuteAsync(
                "insert into meeting_command_ack (meeting_id, seq, person_id, at) values (@Id, @seq, @person, now())", new { Id = Guid.Parse(id), seq, person }, Ct));
            Assert.Equal("42501", refused.SqlState);
        }
    }

    private async Task<bool> MayInsertAsync(Caller caller, string id)
    {
        await using var session = await room.Service.Database.BeginAsync(caller, Ct);
        try
        {
            await session.ExecuteAsync("""
                insert into meeting_command (meeting_id, seq, delivery, kind, topic, critical, sender_id, sent_at, fingerprint)
                values (@Id, 99, 99, 'lock', 'participant_management', false, @PersonId, now(), '')
                """, new { Id = Guid.Parse(id), caller.PersonId }, Ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
