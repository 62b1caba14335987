-- What happens to a meeting after it was planned: it is changed, called off, ended, deleted, given to somebody else.
alter table meeting
    add column co_host_ids uuid[] not null default '{}',
    -- In the order of co_host_ids: like the host's, a name as it was when they were chosen, since callers may not read other people.
    add column co_host_names text[] not null default '{}',
    -- In whose name the provider has it; null: the host's. It stays with them when somebody else holds the lesson.
    add column provider_host_id uuid,
    -- pending: the provider has still to be told; refused: it does not want what is here.
    add column provider_state text not null default 'current'
        constraint meeting_provider_state check (provider_state in ('current', 'pending', 'refused')),
    add constraint meeting_co_hosts check (cardinality(co_host_ids) = cardinality(co_host_names) and cardinality(co_host_ids) <= 20);

create index meeting_by_co_host on meeting using gin (co_host_ids);

create function meeting_created_by_stays() returns trigger language plpgsql as $$
begin
    raise exception 'created_by never changes' using errcode = 'integrity_constraint_violation';
end $$;

create trigger meeting_created_by_stays before update of created_by on meeting
    for each row when (old.created_by is distinct from new.created_by) execute function meeting_created_by_stays();

-- Whether who asks teaches the class, on the lesson's date or today.
create function meeting_taught(class uuid, held_on date) returns boolean language sql stable
    return exists (
        select from class_member m
        where m.class_id = class and m.role = 'teacher' and m.person_id = app_user_id()
          and (daterange(m.from_date, m.to_date, '[]') @> held_on or daterange(m.from_date, m.to_date, '[]') @> academy_today(app_academy_id())));

-- MeetingAccess a second time: what who asks may do to a meeting.
create function meeting_allows(action text, academy uuid, owner uuid, host uuid, co_hosts uuid[], class uuid, held_on date) returns boolean language sql stable
    return case
        when not app_has_role('super_admin') and academy is distinct from app_academy_id() then false
        when action = 'delete' then owner = app_user_id()
            and app_has_role('super_admin', 'academy_admin', 'supervisor', 'teacher', 'quran_teacher', 'academic_teacher')
        when app_has_role('super_admin', 'academy_admin', 'supervisor') then action in ('edit', 'cancel', 'end', 'transfer')
        when not app_has_role('teacher', 'quran_teacher', 'academic_teacher') then false
        when action = 'transfer' then owner = app_user_id()
        when action in ('edit', 'cancel') then owner = app_user_id() or host = app_user_id() or meeting_taught(class, held_on)
        when action = 'end' then owner = app_user_id() or host = app_user_id() or app_user_id() = any(co_hosts) or meeting_taught(class, held_on)
        else false
    end;

-- A change on its way. It is begun as who asks for it, under row level security, before anything is written or the provider is called; one at a time.
-- Whoever finds its lease run out knows that its worker is gone and that the provider may have something else than we have.
create table meeting_change (
    meeting_id uuid primary key references meeting on delete cascade,
    action text not null constraint meeting_change_action check (action in ('edit', 'cancel', 'end', 'delete', 'transfer', 'follow')),
    -- Null for the service itself, which follows up.
    actor_id uuid,
    lease uuid not null,
    lease_until timestamptz not null
);

create index meeting_change_lease on meeting_change (lease_until);

create policy meeting_change_begun on meeting_change for insert to meetings_caller
    with check (actor_id = (select app_user_id()) and action <> 'follow' and exists (
        select from meeting m
        where m.id = meeting_change.meeting_id
          and meeting_allows(meeting_change.action, m.academy_id, m.owner_id, m.host_id, m.co_host_ids, m.class_id, m.local_date)));

create policy meeting_change_own on meeting_change for select to meetings_caller using (actor_id = (select app_user_id()));

-- A meeting that its provider has to be brought in line with, until it is.
create table provider_follow (
    meeting_id uuid primary key references meeting on delete cascade,
    due_at timestamptz not null,
    tries integer not null default 0
);

create index provider_follow_due on provider_follow (due_at);

-- Who did what to a meeting. Kept when the meeting is deleted.
create table meeting_audit (
    id uuid primary key,
    meeting_id uuid not null,
    academy_id uuid not null,
    actor_id uuid not null,
    action text not null,
    -- Whom it concerns, if it is a person.
    subject_id uuid,
    detail jsonb not null default '{}',
    at timestamptz not null
);

create index meeting_audit_by_meeting on meeting_audit (meeting_id, at);
create index meeting_audit_by_academy on meeting_audit (academy_id, at);

-- Nobody changes or removes an entry; who has something written there is who did it.
create policy meeting_audit_staff on meeting_audit for select to meetings_caller
    using ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))));

create policy meeting_audit_added on meeting_audit for insert to meetings_caller
    with check (actor_id = (select app_user_id())
        and exists (select from meeting m where m.id = meeting_audit.meeting_id and m.academy_id = meeting_audit.academy_id));

-- As in 0003, and co-hosts see what they help to hold.
alter policy meeting_seen on meeting
    using (deleted_at is null and (
        (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (
            (select app_has_role('academy_admin', 'supervisor'))
            or owner_id = (select app_user_id())
            or host_id = (select app_user_id())
            or co_host_ids @> array[(select app_user_id())]
            or audience = 'all'
            or (audience = 'students' and (select app_has_role('student') or (app_has_role('parent') and exists (select from guardianship))))
            or (audience = 'teachers' and (select app_has_role('teacher', 'quran_teacher', 'academic_teacher')))
            or (class_id = any(array(
                    select m.class_id from class_member m where m.role = 'teacher' and m.person_id = (select app_user_id())))
                and exists (
                    select from class_member m
                    where m.class_id = meeting.class_id and m.role = 'teacher' and m.person_id = (select app_user_id())
                      and (daterange(m.from_date, m.to_date, '[]') @> meeting.local_date
                        or daterange(m.from_date, m.to_date, '[]') @> (select academy_today(app_academy_id())))))
            or (audience = 'class'
                and class_id = any(array(
                    select m.class_id from class_member m
                    where m.role = 'student'
                      and m.person_id = any(array(
                        select app_user_id() union all select child_id from guardianship where app_has_role('parent')))))
                and exists (
                    select from class_member m
                    where m.class_id = meeting.class_id and m.role = 'student'
                      and m.person_id = any(array(
                        select app_user_id() union all select child_id from guardianship where app_has_role('parent')))
                      and (daterange(m.from_date, m.to_date, '[]') @> meeting.local_date
                        or daterange(m.from_date, m.to_date, '[]') @> (select academy_today(app_academy_id())))))))));
