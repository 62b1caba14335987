using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>
/// Zoom's lists of registrants (PROTOCOLS B.2). One call for each person and not one for all: it is the light one, it goes for every kind of meeting, and its
/// answer says of each what went wrong.
/// </summary>
internal sealed class ZoomRegistrants(IZoomApi api, ProviderBudgets budgets, IOptions<ZoomOptions> options, TimeProvider clock)
{
    private const int MaxName = 64;

    private static readonly Budget OfHost = new(ZoomProvider.ProviderName, "registrations of a host");
    private static readonly Budget OfRegistrant = new(ZoomProvider.ProviderName, "tries of a registrant");

    /// <returns>One for each, in their order.</returns>
    public async Task<IReadOnlyList<Enlisted>> AddAsync(string meeting, string hostEmail, IReadOnlyList<Registree> people, CancellationToken ct)
    {
        var tries = people.Select(person => $"{meeting}:{person.PersonId:N}").ToArray();
        var host = Hash(hostEmail);
        var left = await budgets.TakeAsync(OfRegistrant, tries, options.Value.RegistrationsPerRegistrantPerDay, ct);
        var granted = await budgets.TakeAsync(OfHost, host, left.Count, options.Value.RegistrationsPerHostPerDay, ct);

        // Whose turn it is not gives back what was taken.
        var turn = tries.Where(left.Contains).Take(granted).ToHashSet();
        var answers = await Task.WhenAll(people.Select((person, index) => turn.Contains(tries[index]) ? AddAsync(meeting, person, ct) : Task.FromResult(Exhausted(person))));
        await GiveBackAsync(left, turn, host, [.. tries.Where((_, index) => answers[index].Failure?.Failure is ProviderFailure.Unavailable)]);
        return answers;
    }

    /// <returns>Those who are still on it, and why.</returns>
    public async Task<IReadOnlyDictionary<string, ProviderException>> RemoveAsync(string meeting, IReadOnlyCollection<string> registrantIds, CancellationToken ct)
    {
        var failures = await Task.WhenAll(registrantIds.Select(async id => (Id: id, Failure: await RemoveAsync(meeting, id, ct))));
        return failures.Where(one => one.Failure is not null).ToDictionary(one => one.Id, one => one.Failure!);
    }

    private async Task<ProviderException?> RemoveAsync(string meeting, string registrantId, CancellationToken ct)
    {
        try
        {
            await ZoomErrors.TranslateAsync(changes: true, clock, async () =>
            {
                await api.DeleteRegistrantAsync(meeting, registrantId, ct);
                return true;
            }, ct);
            return null;
        }
        catch (ProviderException e)
        {
            // Who is not there, or has no list that they could be on (any more), is off.
            return ZoomErrors.IsNotFound(e) || ZoomErrors.IsNoRegistrant(e) ? null : e;
        }
        catch (OperationCanceledException)
        {
            return TookTooLong();
        }
    }

    private async Task<Enlisted> AddAsync(string meeting, Registree person, CancellationToken ct)
    {
        try
        {
            var (first, last) = Names(person.Name);
            var added = await ZoomErrors.TranslateAsync(
                changes: true, clock, () => api.AddRegistrantAsync(meeting, new ZoomRegistrantRequest(person.Email, first, last, AutoApprove: true), ct), ct);
            return added is { RegistrantId: { Length: > 0 } id } && Uri.TryCreate(added.JoinUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
                ? new Enlisted(person.PersonId, id, url)
                : Enlisted.Not(person.PersonId, new ProviderException(ProviderFailure.Unavailable, "Zoom answered what cannot be understood.") { MayHaveHappened = true });
        }
        catch (ProviderException e)
        {
            return Enlisted.Not(person.PersonId, e);
        }
        catch (OperationCanceledException)
        {
            // Told as any other failure, so that what the others took and what this one took is settled.
            return Enlisted.Not(person.PersonId, TookTooLong());
        }
    }

    private static ProviderException TookTooLong() => new(ProviderFailure.Unavailable, "Zoom took too long.") { MayHaveHappened = true };

    // What Zoom did not do it did not count, as far as anybody knows. If it did it will say so, and that is the last word.
    private async Task GiveBackAsync(IReadOnlySet<string> taken, HashSet<string> turn, string host, IReadOnlyCollection<string> failed)
    {
        var back = failed.Where(taken.Contains).ToArray();
        if (back.Length == 0) return;
        await budgets.GiveBackAsync(OfRegistrant, back, CancellationToken.None);
        await budgets.GiveBackAsync(OfHost, [.. back.Where(turn.Contains).Select(_ => host)], CancellationToken.None);
    }

    private Enlisted Exhausted(Registree person) => Enlisted.Not(
        person.PersonId, new ProviderException(ProviderFailure.Unavailable, "The registrations of today are used up.")
        {
            Code = ProviderBudgets.Exhausted,
            RetryAfter = ZoomErrors.UntilTomorrow(clock.GetUtcNow()),
        });

    /// <summary>The first name must not be empty, and Zoom takes 64 characters of each.</summary>
    internal static (string First, string? Last) Names(string name)
    {
        var words = name.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [] => ("-", null),
            [var only] => (Cut(only), null),
            _ => (Cut(words[0]), Cut(words[1])),
        };
    }

    private static string Cut(string text) => text.Length <= MaxName ? text : text[..(char.IsHighSurrogate(text[MaxName - 1]) ? MaxName - 1 : MaxName)];

    private static string Hash(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant())).AsSpan(0, 16));
}
