using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Commands;

/// <summary>In how many places one person may listen at once at this replica: each costs a question to the database now and then.</summary>
internal sealed class StreamQuota(IOptions<CommandOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _taken = [];

    /// <summary>Null when there are too many. Disposed, the place is free again.</summary>
    public IDisposable? TryTake(Caller caller)
    {
        lock (_lock)
        {
            var taken = _taken.GetValueOrDefault(caller.PersonId);
            if (taken >= options.Value.StreamsPerPerson) return null;
            _taken[caller.PersonId] = taken + 1;
        }

        return new Taken(this, caller.PersonId);
    }

    private sealed class Taken(StreamQuota quota, Guid person) : IDisposable
    {
        private bool _returned;

        public void Dispose()
        {
            lock (quota._lock)
            {
                if (_returned) return;
                _returned = true;
                if (--quota._taken[person] == 0) quota._taken.Remove(person);
            }
        }
    }
}
