-- Read copies of the school directory, kept by versioned events and filled on a miss. Registration owns the originals.
create table academy (
    academy_id uuid primary key,
    version bigint not null,
    slug text not null,
    name text not null,
    time_zone text not null
);

create table person (
    person_id uuid primary key,
    version bigint not null,
    academy_id uuid,
    name text not null,
    email text not null,
    roles text[] not null
);

create table guardianship (
    guardian_id uuid not null references person on delete cascade,
    child_id uuid not null,
    primary key (guardian_id, child_id)
);

create table school_class (
    class_id uuid primary key,
    version bigint not null,
    academy_id uuid not null,
    name text not null,
    kind text not null
);

-- Both days included; to_date is null while it lasts.
create table class_member (
    class_id uuid not null references school_class on delete cascade,
    academy_id uuid not null,
    person_id uuid not null,
    role text not null,
    from_date date not null,
    to_date date,
    primary key (class_id, person_id, role, from_date)
);

create index class_member_by_person on class_member (person_id, class_id);

create table meeting (
    id uuid primary key,
    -- 0 until the provider has it; every published change adds one.
    version bigint not null default 0,
    academy_id uuid not null,
    class_id uuid,
    created_by uuid not null,
    owner_id uuid not null,
    host_id uuid not null,
    host_name text not null,
    room_id text not null constraint meeting_room_id_form check (room_id ~ '^[A-Za-z0-9_-]{1,255}$'),
    provider text not null,
    -- Text: a number of Zoom's may exceed what a double can hold.
    provider_meeting_id text,
    type text not null,
    title text not null,
    description text,
    audience text not null constraint meeting_audience check (audience in ('all', 'students', 'teachers', 'class', 'personal')),
    starts_at timestamptz not null,
    duration_minutes integer not null constraint meeting_duration check (duration_minutes between 1 and 1440),
    time_zone text not null,
    -- The academy's date of the lesson: the roster of that date counts.
    local_date date not null,
    join_url text,
    registration_url text,
    registration_enabled boolean not null default false,
    waiting_room boolean not null,
    -- Argon2id, encoded. The password itself is kept nowhere.
    password_hash text,
    settings jsonb not null default '{}',
    state text not null default 'scheduled'
        constraint meeting_state check (state in ('scheduled', 'ready', 'live', 'ended', 'finalised', 'cancelled')),
    no_show boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    cancelled_at timestamptz,
    deleted_at timestamptz,
    constraint meeting_class_has_class check (audience <> 'class' or class_id is not null)
);

-- A room id is an alias: free again once its meeting is deleted.
create unique index meeting_room_id_taken on meeting (room_id) where deleted_at is null;
create unique index meeting_by_provider on meeting (provider, provider_meeting_id) where provider_meeting_id is not null;
create index meeting_by_owner on meeting (owner_id, created_at desc);
create index meeting_by_host on meeting (host_id);
create index meeting_by_class on meeting (class_id, starts_at);
create index meeting_by_academy on meeting (academy_id, created_at desc);
create index meeting_by_start on meeting (starts_at);
create index meeting_by_state on meeting (state);

create table occurrence (
    id uuid primary key,
    meeting_id uuid not null references meeting on delete cascade,
    starts_at timestamptz not null,
    duration_minutes integer not null,
    -- What Attendance said last of it; 0: nothing yet.
    finalized_version bigint not null default 0,
    finalized_at timestamptz,
    no_show boolean not null default false
);

create index occurrence_by_meeting on occurrence (meeting_id, starts_at);

-- A meeting on its way to its provider. The lease says who is working on it; whoever finds it run out may go on.
create table meeting_creation (
    meeting_id uuid primary key,
    owner_id uuid not null,
    idempotency_key text,
    fingerprint bytea not null,
    lease uuid not null,
    lease_until timestamptz not null,
    -- The answer given, for whoever sends the same request again; null while there is none.
    answer text,
    version bigint,
    created_at timestamptz not null default now(),
    constraint meeting_creation_one_per_key unique (owner_id, idempotency_key)
);

create index meeting_creation_unfinished on meeting_creation (lease_until) where answer is null;
create index meeting_creation_age on meeting_creation (created_at);

-- A meeting that the provider may have made although its answer was lost and ours was a refusal: to be looked for and removed there.
create table provider_orphan (
    meeting_id uuid primary key,
    provider text not null,
    host_email text not null,
    looked integer not null default 0,
    look_at timestamptz not null,
    created_at timestamptz not null default now()
);

create index provider_orphan_due on provider_orphan (look_at);

-- What providers told of their sittings, also of meetings that we do not know (yet): facts wait here until a meeting with that provider id appears.
create table sitting (
    provider text not null,
    provider_meeting_id text not null,
    sitting_id text not null,
    started_at timestamptz,
    ended_at timestamptz,
    heard_at timestamptz not null,
    primary key (provider, provider_meeting_id, sitting_id)
);

create index sitting_heard_at on sitting (heard_at);

create table provider_connection (
    provider text not null,
    provider_meeting_id text not null,
    sitting_id text not null,
    connection_id text not null,
    -- Tells two devices of one person from two people. Hashed: nobody needs to read it.
    person text not null,
    joined_at timestamptz,
    left_at timestamptz,
    -- The newest move in or out of the waiting room, as in WaitingMoves.
    waiting_move smallint,
    waiting_at timestamptz,
    primary key (provider, provider_meeting_id, sitting_id, connection_id)
);
