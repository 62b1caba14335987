-- Recurring meetings. A meeting shows the times of its current date: the one that runs, else the next, else the last.
alter table meeting
    add column recurrence jsonb,
    add column current_occurrence uuid,
    -- The provider's room is opened shortly before each date.
    add column opens_ahead boolean not null default false,
    add constraint meeting_recurring check ((type = 'recurring') = (recurrence is not null));

-- Each date has a life of its own.
alter table occurrence
    add column local_date date,
    -- Where the rule has it: who moves a date moves it away from there, and it is still that date.
    add column planned_for timestamptz,
    -- Moved by itself: a change of the series leaves it alone.
    add column changed boolean not null default false,
    add column cancelled_at timestamptz,
    add column state text not null default 'scheduled'
        constraint occurrence_state check (state in ('scheduled', 'ready', 'live', 'ended', 'finalised', 'cancelled')),
    add column started_at timestamptz,
    add column ended_at timestamptz;

update occurrence o
set local_date = m.local_date, planned_for = o.starts_at, state = m.state, started_at = m.started_at, ended_at = m.ended_at
from meeting m where m.id = o.meeting_id;
update meeting m set current_occurrence = o.id from occurrence o where o.meeting_id = m.id;
update meeting set opens_ahead = true where provider = 'livekit' and provider_meeting_id is not null;

alter table occurrence alter column local_date set not null, alter column planned_for set not null;

-- What is to come or to be ended, for those who look by the clock.
create index occurrence_by_start on occurrence (starts_at) where state in ('scheduled', 'ready', 'live');
create index meeting_series_waiting on meeting (starts_at) where recurrence is not null and state in ('scheduled', 'ready');
