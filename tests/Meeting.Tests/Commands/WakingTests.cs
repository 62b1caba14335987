using static Meetings.Meeting.Tests.Commands.CommandRoom;

namespace Meetings.Meeting.Tests.Commands;

/// <summary>Replicas wake one another by messages.</summary>
[Trait("Acceptance", "S3-27")]
public sealed class WakingTests(ToldOnlyRoom room) : IClassFixture<ToldOnlyRoom>
{
    [Fact]
    public async Task A_command_at_one_replica_wakes_the_streams_of_both()
    {
        var id = await room.MeetingAsync();
        var (north, south) = (new ModelClient(), new ModelClient());
        await using var one = await EventStream.OpenAsync(As(room.School.Student, room.North), id, north.Hear);
        await using var other = await EventStream.OpenAsync(As(room.School.Student, room.South), id, south.Hear);
        for (var n = 1; n <= 4; n++)
        {
            await room.GiveAsync(id, Announce("x"), replica: n % 2 == 0 ? room.North : room.South);
            await north.UntilAsync([.. Enumerable.Range(1, n)]);
            await south.UntilAsync([.. Enumerable.Range(1, n)]);
        }
    }
}

/// <summary>And look for themselves, should a message be lost.</summary>
[Trait("Acceptance", "S3-27")]
public sealed class LookingTests(LookOnlyRoom room) : IClassFixture<LookOnlyRoom>
{
    [Fact]
    public async Task What_the_broker_never_told_is_found_all_the_same()
    {
        var id = await room.MeetingAsync();
        var client = new ModelClient();
        await room.GiveAsync(id, Announce("one"));
        await using var events = await EventStream.OpenAsync(As(room.School.Student, room.South), id, client.Hear);
        await client.UntilAsync(1);

        // As a replica that dies right after its commit would leave it.
        await room.Service.OwnerQueryAsync<int>("""
            update meeting_command_head set seq = 2, delivery = 2 where meeting_id = @id;
            insert into meeting_command (meeting_id, seq, delivery, kind, topic, critical, sender_id, sent_at, fingerprint)
            values (@id, 2, 2, 'lock', 'participant_management', false, gen_random_uuid(), now(), '')
            """, new { id = Guid.Parse(id) });

        await client.UntilAsync(1, 2);
    }
}
