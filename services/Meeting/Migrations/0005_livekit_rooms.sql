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
