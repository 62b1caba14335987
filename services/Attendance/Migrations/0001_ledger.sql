-- The evidence: what providers told us, once each and never changed. Keyed by the provider's own names, so that facts about a meeting that is
-- not known here yet wait simply by being here. The unique key is also the way to all facts of a meeting.
create table fact (
    id uuid primary key,
    provider text not null,
    provider_meeting_id text not null,
    sitting_id text not null,
    connection_id text not null,
    kind smallint not null,
    at timestamptz not null,
    source smallint not null,
    who uuid not null, -- digest of the seven columns below: what is told of a connection may differ between two tellers
    session_number text,
    registrant_id text,
    customer_key text,
    identity text,
    provider_user_id text,
    email text, -- as it is compared
    name text,
    person_hint uuid, -- the person's id inside customer_key or identity, if there is one
    delivery_id uuid,
    received_at timestamptz not null,
    constraint fact_told_once unique (provider, provider_meeting_id, sitting_id, connection_id, kind, at, source, who)
);

-- Read copies. Each row keeps the highest version it was told.
create table academy (
    id uuid primary key,
    version bigint not null,
    slug text not null,
    name text not null,
    time_zone text not null,
    attendance_policy text not null
);

create table person (
    id uuid primary key,
    version bigint not null,
    academy_id uuid, -- null for a super admin
    name text not null,
    email text, -- as it is compared
    roles text[] not null,
    children uuid[] not null
);

create index person_by_email on person (academy_id, email);

create table class (
    id uuid primary key,
    version bigint not null,
    academy_id uuid not null,
    name text not null,
    kind text not null,
    attendance_policy text
);

create table class_member (
    class_id uuid not null references class (id) on delete cascade,
    person_id uuid not null,
    role text not null,
    from_date date not null,
    to_date date,
    academy_id uuid not null,
    primary key (class_id, person_id, role, from_date)
);

create index class_member_by_person on class_member (person_id);

create table meeting (
    id uuid primary key,
    version bigint not null,
    academy_id uuid not null,
    class_id uuid,
    owner_id uuid not null,
    host_id uuid not null,
    title text not null,
    room_id text not null,
    provider text not null,
    provider_meeting_id text,
    time_zone text not null,
    audience text not null,
    state text not null
);

create index meeting_by_provider on meeting (provider, provider_meeting_id);
create index meeting_by_room on meeting (room_id);
create index meeting_by_host on meeting (host_id);
create index meeting_by_owner on meeting (owner_id);

create table occurrence (
    id uuid primary key,
    meeting_id uuid not null references meeting (id) on delete cascade,
    starts_at timestamptz not null,
    duration_minutes integer not null,
    known_since timestamptz not null -- a lesson may be entered after it began
);

create index occurrence_by_meeting on occurrence (meeting_id);

-- What staff or registration said that a provider's id stands for.
create table alias (
    academy_id uuid not null,
    kind smallint not null,
    value text not null,
    person_id uuid not null,
    primary key (academy_id, kind, value)
);

-- Work: an occurrence whose records are to be calculated when it is due. Taken by a lease; the version tells whether anything came in meanwhile.
create table calculation (
    occurrence_id uuid primary key,
    due_at timestamptz not null,
    reason text not null,
    version bigint not null default 1,
    attempts integer not null default 0,
    leased_until timestamptz
) with (fillfactor = 70);

create index calculation_due on calculation (due_at);

create table occurrence_result (
    occurrence_id uuid primary key,
    meeting_id uuid not null,
    academy_id uuid not null,
    class_id uuid,
    version bigint not null,
    is_final boolean not null,
    no_show boolean not null,
    needs_review boolean not null, -- nothing was heard of the lesson: no data is not absent
    report boolean not null, -- the provider's own report was there and is part of it
    report_attempts integer not null,
    policy text not null,
    finalised_at timestamptz not null
);

create table attendance_record (
    id uuid primary key,
    occurrence_id uuid not null,
    student_id uuid not null,
    meeting_id uuid not null,
    academy_id uuid not null,
    class_id uuid,
    date date not null,
    version bigint not null,
    name text not null,
    status text not null,
    first_join_at timestamptz,
    last_leave_at timestamptz,
    duration_ms bigint not null,
    percentage numeric(5, 2) not null,
    join_count integer not null,
    leave_count integer not null,
    source text not null,
    explanation text not null,
    policy text not null,
    session_starts_at timestamptz not null,
    session_duration_minutes integer not null,
    calculated_at timestamptz not null,
    -- What the machine says, also where a person said otherwise. A record set by a person is never overwritten.
    machine_status text not null,
    set_by uuid,
    set_at timestamptz,
    set_reason text,
    constraint attendance_record_one_per_student unique (occurrence_id, student_id)
);

create index attendance_record_by_student on attendance_record (student_id, date);
create index attendance_record_by_class on attendance_record (class_id, date);

-- Every version that a record ever had.
create table attendance_record_version (
    record_id uuid not null references attendance_record (id),
    version bigint not null,
    status text not null,
    first_join_at timestamptz,
    last_leave_at timestamptz,
    duration_ms bigint not null,
    percentage numeric(5, 2) not null,
    explanation text not null,
    policy text not null,
    set_by uuid,
    recorded_at timestamptz not null,
    primary key (record_id, version)
);

-- Double entry: where the provider's report and its webhooks differ.
create table reconciliation (
    occurrence_id uuid not null,
    sitting_id text not null,
    session_number text not null,
    difference text not null,
    webhook_at timestamptz,
    report_at timestamptz,
    found_at timestamptz not null,
    primary key (occurrence_id, sitting_id, session_number, difference)
);
