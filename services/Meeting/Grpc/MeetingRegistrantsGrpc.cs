using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Meetings.Contracts.Registrants.V1;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Registrants;
using Registree = Meetings.Meeting.Providers.Registree;

namespace Meetings.Meeting.Grpc;

/// <summary>What Registration has done at providers.</summary>
internal sealed class MeetingRegistrantsGrpc(RegisterPeople register, UnregisterPeople unregister) : MeetingRegistrants.MeetingRegistrantsBase
{
    private const int MaxPeople = 30;

    public override async Task<RegisterResponse> Register(RegisterRequest request, ServerCallContext context)
    {
        var meetingId = Id(request.MeetingId, "meeting_id");
        if (request.People.Count > MaxPeople) throw Invalid($"more than {MaxPeople} people");
        var people = request.People.Select(person => new Registree(Id(person.PersonId, "person_id"), person.Email, person.Name)).ToArray();

        var answer = await register.HandleAsync(meetingId, people, context.CancellationToken);
        return answer.Refusal switch
        {
            RegistrationRefusal.NotFound => throw NoMeeting(),
            RegistrationRefusal.NotYet => throw Failed(StatusCode.Unavailable, "The provider does not have the meeting yet."),
            RegistrationRefusal.Closed => throw Failed(StatusCode.FailedPrecondition, "The meeting takes no registrants."),
            _ => new RegisterResponse
            {
                Provider = answer.Meeting!.Provider, ProviderMeetingId = answer.Meeting.ProviderMeetingId, Registrants = { answer.Outcomes!.Select(Message) },
            },
        };
    }

    public override async Task<UnregisterResponse> Unregister(UnregisterRequest request, ServerCallContext context)
    {
        var meetingId = Id(request.MeetingId, "meeting_id");
        if (request.PersonIds.Count > MaxPeople) throw Invalid($"more than {MaxPeople} people");
        var people = request.PersonIds.Select(person => Id(person, "person_ids")).ToArray();
        var remaining = await unregister.HandleAsync(meetingId, people, context.CancellationToken) ?? throw NoMeeting();
        return new UnregisterResponse { Remaining = { remaining.Select(one => Message(Enlisted.Not(one.Key, one.Value))) } };
    }

    private static Registrant Message(Enlisted one)
    {
        var message = new Registrant { PersonId = one.PersonId.ToString() };
        if (one.Failure is not { } why)
        {
            message.Place = new Place { RegistrantId = one.RegistrantId, JoinUrl = one.JoinUrl!.AbsoluteUri };
        }
        else if (why.Failure is ProviderFailure.Unavailable)
        {
            message.Postponement = new Postponement
            {
                Code = why.Code is ProviderBudgets.Exhausted ? "registration-budget" : "provider-unavailable",
                After = why.RetryAfter is { } wait ? Duration.FromTimeSpan(wait) : null,
            };
        }
        else
        {
            message.Refusal = new Refusal { Code = "provider-refused", ProviderCode = why.Code ?? "" };
        }

        return message;
    }

    private static Guid Id(string text, string field) => Guid.TryParse(text, out var id) ? id : throw Invalid($"{field} is no id");

    private static RpcException NoMeeting() => Failed(StatusCode.NotFound, "There is no such meeting.");

    private static RpcException Invalid(string detail) => Failed(StatusCode.InvalidArgument, detail);

    private static RpcException Failed(StatusCode status, string detail) => new(new Status(status, detail));
}
