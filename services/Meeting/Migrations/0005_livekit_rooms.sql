-- Names of rooms at LiveKit, `{academy}-{kind}-session-{n}`. A name belongs to one meeting for ever, also when that meeting is gone: what its server still
-- tells of the room is then nobody else's, and a room made for a meeting that was refused here can be found and removed.
create table livekit_room (
    meeting_id uuid primary key,
    name text not null constraint livekit_room_name_taken unique,
    named_at timestamptz not null default now()
);

-- Counted by the academy's short name and not by its id: a short name may pass from one academy to another, and a number must not come twice.
create table livekit_room_number (
    slug text primary key,
    last_number bigint not null
);

-- False for a meeting that has its name and its link, and whose room is still to be opened: a provider that closes empty rooms gets it shortly before
-- it is needed.
alter table meeting add column is_at_provider boolean not null default true;

-- When a provider is to be asked next who is in a meeting. Claimed by moving the time on, so that of several replicas one asks.
create table provider_check (
    provider text not null,
    provider_meeting_id text not null,
    due_at timestamptz not null,
    primary key (provider, provider_meeting_id)
);

-- Who, to our knowledge, is inside and was not when the provider was asked; with an empty connection, a sitting that it did not have. Believed at the second
-- time: its list may lag behind what it told.
create table provider_absence (
    provider text not null,
    provider_meeting_id text not null,
    sitting_id text not null,
    connection_id text not null,
    since timestamptz not null,
    primary key (provider, provider_meeting_id, sitting_id, connection_id)
);
