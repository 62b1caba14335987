-- A read copy of meetings, kept by versioned events and filled on a miss. The Meeting service owns the originals.
create table meeting (
    id uuid primary key,
    version bigint not null,
    academy_id uuid not null,
    class_id uuid,
    owner_id uuid not null,
    host_id uuid not null,
    co_host_ids uuid[] not null,
    title text not null,
    room_id text not null,
    state text not null,
    -- Takes registrants: never again once it is called off or deleted.
    is_open boolean not null,
    deleted_at timestamptz,
    constraint meeting_of_academy unique (id, academy_id)
);

create index meeting_class on meeting (class_id) where is_open;
create index meeting_room on meeting (room_id) where deleted_at is null;

-- Its dates that were not called off.
create table meeting_date (
    meeting_id uuid not null references meeting on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (meeting_id, starts_at)
);

-- Somebody who is, is to be, or was registered for a meeting; at once what has still to be done about it at the provider.
create table registrant (
    meeting_id uuid not null,
    person_id uuid not null,
    academy_id uuid not null,
    -- requested: a teacher asks an admin for it; queued and leaving: the provider has still to be told; refused: it cannot be; void: the meeting is gone.
    state text not null constraint registrant_state check (state in ('requested', 'queued', 'approved', 'refused', 'leaving', 'left', 'void')),
    -- They come and go with their enrolment; otherwise with somebody's word.
    by_roster boolean not null,
    -- An admin took them off: only an admin brings them back.
    is_barred boolean not null default false,
    -- A problem code: why not, or why not yet.
    reason text,
    -- The provider's own code.
    provider_code text,
    requested_by uuid,
    -- Grows with every change: what was learned about an older state is not written over a newer one.
    version bigint not null default 1,
    -- When the provider is to be asked (again); null when there is nothing to ask.
    due_at timestamptz,
    tries int not null default 0,
    -- The provider's name of the registration.
    registrant_id text,
    registered_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (meeting_id, person_id),
    constraint registrant_of_meeting foreign key (meeting_id, academy_id) references meeting (id, academy_id),
    constraint registrant_of_person foreign key (person_id, academy_id) references person (id, academy_id),
    constraint registrant_is_due check ((due_at is not null) = (state in ('queued', 'leaving')))
);

-- Lets in as this person: for nobody else's eyes.
create table registrant_link (
    meeting_id uuid not null,
    person_id uuid not null,
    join_url text not null,
    primary key (meeting_id, person_id),
    foreign key (meeting_id, person_id) references registrant on delete cascade
);

create index registrant_due on registrant (due_at) where due_at is not null;
create index registrant_person on registrant (person_id);

-- Who they are to the caller; as the functions of 0001, which see all rows and are about the caller and nobody else.
create function my_held_meetings() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
    select id from meeting
    where deleted_at is null and (owner_id = app_user_id() or host_id = app_user_id() or co_host_ids @> array[app_user_id()] or class_id in (select my_taught_classes()))
$$;

create function my_registered_meetings() returns setof uuid language sql stable security definer set search_path = public, pg_temp as
    'select meeting_id from registrant where person_id in (select app_user_id() union all select my_children())';

create policy meeting_is_seen on meeting for select to meetings_caller using (
    deleted_at is null and (
        (select app_has_role('super_admin'))
        or academy_id = (select app_academy_id()) and (
            (select app_has_role('academy_admin', 'supervisor'))
            or owner_id = (select app_user_id())
            or host_id = (select app_user_id())
            or co_host_ids @> array[(select app_user_id())]
            or class_id in (select my_taught_classes())
            or class_id in (select my_attended_classes())
            or id in (select my_registered_meetings()))));

create policy meeting_date_of_meeting on meeting_date for select to meetings_caller using (exists (select from meeting m where m.id = meeting_date.meeting_id));

create policy registrant_is_seen on registrant for select to meetings_caller using (
    (select app_has_role('super_admin'))
    or academy_id = (select app_academy_id()) and (
        (select app_has_role('academy_admin', 'supervisor'))
        or person_id = (select app_user_id())
        or person_id in (select my_children())
        or meeting_id in (select my_held_meetings())));

create policy registrant_link_own on registrant_link for select to meetings_caller using (person_id = (select app_user_id()));

create policy registrant_is_added_by_admins on registrant for insert to meetings_caller with check (
    requested_by = (select app_user_id())
    and ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()) and (select app_has_role('academy_admin'))));

-- Teachers ask (X15), for those whom they see, and again for who is not on the list any more.
create policy registrant_is_asked_for on registrant for insert to meetings_caller with check (
    requested_by = (select app_user_id()) and state = 'requested' and not is_barred and not by_roster and registrant_id is null and registered_at is null
    and academy_id = (select app_academy_id()) and (select app_has_role('teacher', 'quran_teacher', 'academic_teacher'))
    and meeting_id in (select my_held_meetings()) and person_id in (select id from person));

create policy registrant_is_asked_for_again on registrant for update to meetings_caller
    using (state in ('refused', 'left', 'void') and not is_barred and academy_id = (select app_academy_id())
        and (select app_has_role('teacher', 'quran_teacher', 'academic_teacher'))
        and meeting_id in (select my_held_meetings()) and person_id in (select id from person))
    with check (state = 'requested' and not is_barred and requested_by = (select app_user_id()));

create policy registrant_is_changed_by_admins on registrant for update to meetings_caller
    using ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()) and (select app_has_role('academy_admin')))
    with check ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()));
