using Grpc.Core;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;

namespace Meetings.Attendance.School;

/// <summary>Asks the school directory for what the copies miss, and remembers the answers. What nobody knows is asked once a minute at most.</summary>
internal sealed class DirectoryQuestions(SchoolDirectory.SchoolDirectoryClient directory, RememberSchool remember, TimeProvider clock)
{
    // The directory answers for no more at a time.
    private const int MostAtOnce = 1_000;

    private readonly RecentlyAsked<(Guid Academy, string Whom)> _asked = new(TimeSpan.FromMinutes(1), 100_000, clock);

    /// <summary>True when there is something new to read.</summary>
    public async Task<bool> LearnAcademyAsync(Guid id, CancellationToken ct)
    {
        return await TryAsync((id, "academy"), async () =>
        {
            var told = await directory.GetAcademyAsync(new GetAcademyRequest { AcademyId = id.ToString() }, cancellationToken: ct);
            await remember.HandleAsync(told.ToChange(), ct);
        });
    }

    /// <inheritdoc cref="LearnAcademyAsync"/>
    public async Task<bool> LearnClassAsync(Guid id, CancellationToken ct)
    {
        return await TryAsync((id, "class"), async () =>
        {
            var told = await directory.GetClassAsync(new GetClassRequest { ClassId = id.ToString() }, cancellationToken: ct);
            await remember.HandleAsync(told.Class.ToChange(), [.. told.People.Select(person => person.ToChange())], ct);
        });
    }

    /// <inheritdoc cref="LearnAcademyAsync"/>
    public async Task<bool> LearnPeopleAsync(Guid academy, IEnumerable<Guid> ids, IEnumerable<string> emails, CancellationToken ct)
    {
        (string Id, string Email)[] questions = [
            .. ids.Select(id => (id.ToString(), "")).Concat(emails.Select(email => ("", email)))
                .Where(question => _asked.TryAsk((academy, question.Item1 + question.Item2)))];
        var learned = false;
        foreach (var some in questions.Chunk(MostAtOnce))
        {
            var request = new LookUpPeopleRequest { AcademyId = academy.ToString() };
            request.PersonIds.AddRange(some.Select(question => question.Id).Where(id => id.Length > 0));
            request.Emails.AddRange(some.Select(question => question.Email).Where(email => email.Length > 0));
            try
            {
                var told = await directory.LookUpPeopleAsync(request, cancellationToken: ct);
                await remember.HandleAsync([.. told.People.Select(person => person.ToChange())], ct);
                learned |= told.People.Count > 0;
            }
            catch
            {
                foreach (var question in some) _asked.Forget((academy, question.Id + question.Email));
                throw;
            }
        }

        return learned;
    }

    private async Task<bool> TryAsync((Guid, string) question, Func<Task> ask)
    {
        if (!_asked.TryAsk(question)) return false;
        try
        {
            await ask();
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
        catch
        {
            _asked.Forget(question);
            throw;
        }
    }
}
