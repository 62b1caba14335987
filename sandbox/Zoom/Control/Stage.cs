using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Webhooks;

namespace Meetings.ZoomSandbox.Control;

/// <summary>What can happen in a meeting. Each step changes the state, inside a change of it, and tells the endpoint.</summary>
internal sealed class Stage(LiveEvents events, DeliveryQueue deliveries, TimeProvider clock)
{
    public Sitting Start(SandboxData data, Meeting meeting, ControlRequest request)
    {
        var sitting = new Sitting { Uuid = Ids.SittingUuid(++data.Sittings), StartedAt = When(request) };
        meeting.Sittings.Add(sitting);
        deliveries.Send(events.Started(meeting, sitting), request.Delivery);
        return sitting;
    }

    public Stay Join(SandboxData data, Meeting meeting, Sitting sitting, Visitor visitor, JoinRequest request)
    {
        var stay = visitor.Enters(StayPlace.Meeting, When(request), Ids.ConnectionId(++data.Connections));
        sitting.Stays.Add(stay);
        deliveries.Send(events.Joined(meeting, sitting, stay), request.Delivery);
        return stay;
    }

    public Stay EnterWaitingRoom(SandboxData data, Meeting meeting, Sitting sitting, Visitor visitor, JoinRequest request)
    {
        var stay = visitor.Enters(StayPlace.WaitingRoom, When(request), Ids.ConnectionId(++data.Connections));
        sitting.Stays.Add(stay);
        deliveries.Send(events.JoinedWaitingRoom(meeting, sitting, stay, stay.JoinedAt), request.Delivery);
        return stay;
    }

    public Stay Admit(Meeting meeting, Sitting sitting, Stay waiting, ConnectionRequest request)
    {
        var at = When(request);
        waiting.LeftAt = at;
        deliveries.Send(events.Admitted(meeting, sitting, waiting, at), request.Delivery);
        if (request.AlsoLeavesWaitingRoom) deliveries.Send(events.LeftWaitingRoom(meeting, sitting, waiting, at), request.Delivery);

        var stay = waiting.MovedTo(StayPlace.Meeting, at);
        sitting.Stays.Add(stay);
        deliveries.Send(events.Joined(meeting, sitting, stay), request.Delivery);
        return stay;
    }

    public Stay PutBack(Meeting meeting, Sitting sitting, Stay present, ConnectionRequest request)
    {
        var at = When(request);
        present.LeftAt = at;
        var stay = present.MovedTo(StayPlace.WaitingRoom, at);
        sitting.Stays.Add(stay);
        deliveries.Send(events.PutInWaitingRoom(meeting, sitting, stay, at), request.Delivery);
        return stay;
    }

    /// <summary>Into a breakout room. The main room is not left: whether Zoom tells such a leave is not established.</summary>
    public Stay JoinBreakout(SandboxData data, Meeting meeting, Sitting sitting, Stay present, ConnectionRequest request)
    {
        var name = request.Room ?? "Room 1";
        if (!sitting.BreakoutRooms.TryGetValue(name, out var room)) sitting.BreakoutRooms[name] = room = Ids.Uuid();

        var stay = present.MovedTo(StayPlace.BreakoutRoom, When(request), Ids.ConnectionId(++data.Connections), room);
        sitting.Stays.Add(stay);
        deliveries.Send(events.JoinedBreakoutRoom(meeting, sitting, stay), request.Delivery);
        return stay;
    }

    public void LeaveBreakout(Meeting meeting, Sitting sitting, Stay present, ConnectionRequest request)
    {
        var at = When(request);
        present.LeftAt = at;
        deliveries.Send(events.LeftBreakoutRoom(meeting, sitting, present, request.Reason, at), request.Delivery);
    }

    /// <summary>Out of wherever the connection is: a breakout room first, then the meeting, or the waiting room.</summary>
    public void Leave(Meeting meeting, Sitting sitting, string participantUuid, DateTimeOffset at, string? reason, DeliveryFaults? faults)
    {
        foreach (var stay in sitting.Stays.Where(s => s.ParticipantUuid == participantUuid && s.LeftAt is null).OrderByDescending(s => s.Place).ToList())
        {
            stay.LeftAt = at;
            var what = stay.Place switch
            {
                StayPlace.WaitingRoom => events.LeftWaitingRoom(meeting, sitting, stay, at),
                StayPlace.BreakoutRoom => events.LeftBreakoutRoom(meeting, sitting, stay, reason, at),
                _ => events.Left(meeting, sitting, stay, reason, at),
            };
            deliveries.Send(what, faults);
        }
    }

    public void End(Meeting meeting, Sitting sitting, EndRequest request)
    {
        var at = When(request);
        sitting.EndedAt = at;
        if (request.Leaves == LeavesAtEnd.After) deliveries.Send(events.Ended(meeting, sitting, at), request.Delivery);

        var faults = request.Leaves == LeavesAtEnd.Never ? new DeliveryFaults { Drop = true } : request.LeavesDelivery;
        foreach (var participant in sitting.Stays.Where(s => s.LeftAt is null).Select(s => s.ParticipantUuid).Distinct().ToList())
        {
            Leave(meeting, sitting, participant, at, "Host ended the meeting.", faults);
        }

        if (request.Leaves != LeavesAtEnd.After) deliveries.Send(events.Ended(meeting, sitting, at), request.Delivery);
    }

    public DateTimeOffset When(ControlRequest request) => (request.At ?? clock.GetUtcNow()).ToUniversalTime();
}
