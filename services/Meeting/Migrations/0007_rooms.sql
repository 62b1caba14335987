-- Rooms with a waiting room of our own. One row for every time that people gather: it begins with whoever comes first, is open from the moment that a
-- host is there, and is over when closed.
create table room_sitting (
    meeting_id uuid not null references meeting on delete cascade,
    epoch integer not null,
    opened_at timestamptz,
    closed_at timestamptz,
    -- When the provider is to be asked (again) to end its room; null when there is nothing to ask.
    end_at_provider timestamptz,
    primary key (meeting_id, epoch)
);

create unique index room_sitting_one_at_a_time on room_sitting (meeting_id) where closed_at is null;
create index room_sitting_to_end on room_sitting (end_at_provider) where end_at_provider is not null;

create table place (
    meeting_id uuid not null,
    epoch integer not null,
    person_id uuid not null,
    role text not null constraint place_role check (role in ('host', 'staff', 'guardian', 'participant')),
    -- A label that its bearer chose; it identifies nobody.
    display_name text not null,
    status text not null constraint place_status check (status in ('waiting_for_host', 'waiting', 'admitted', 'rejected', 'left')),
    -- What the door decided when they came: whether they are let in as soon as a host is there.
    walks_in boolean not null,
    joined_at timestamptz not null,
    -- When they last came in, being admitted.
    entered_at timestamptz,
    admitted_at timestamptz,
    left_at timestamptz,
    -- Who decided last; null for the door itself.
    decided_by uuid,
    -- As in provider_connection, so that a place and its connections count once.
    provider_person text not null,
    primary key (meeting_id, epoch, person_id),
    foreign key (meeting_id, epoch) references room_sitting on delete cascade
);

create index place_by_person on place (meeting_id, person_id, epoch desc);

-- Wrong passwords per person and meeting, since the first of them.
create table password_attempt (
    meeting_id uuid not null references meeting on delete cascade,
    person_id uuid not null,
    attempts integer not null,
    since timestamptz not null,
    primary key (meeting_id, person_id)
);

-- People with a place in the sitting that goes on, whoever asks: counts are for all who see the meeting, and names are not among them. Someone admitted is
-- here unless the provider has seen them go since they came in.
create function room_people(wanted uuid)
    returns table (person text, role text, here boolean, waiting boolean, gone_at timestamptz)
    language sql stable security definer set search_path = public, pg_temp as $$
    select p.provider_person, p.role,
           p.status = 'admitted' and (coalesce(seen.here, false) or coalesce(seen.gone_at, '-infinity') < p.entered_at),
           p.status in ('waiting', 'waiting_for_host'),
           case when p.status = 'admitted' then seen.gone_at else p.left_at end
    from room_sitting r
    join meeting m on m.id = r.meeting_id
    join place p on p.meeting_id = r.meeting_id and p.epoch = r.epoch
    left join lateral (
        select bool_or(s.ended_at is null and c.joined_at is not null and (c.left_at is null or c.left_at < c.joined_at)) as here,
               max(coalesce(c.left_at, s.ended_at)) as gone_at
        from provider_connection c
        join sitting s using (provider, provider_meeting_id, sitting_id)
        where c.provider = m.provider and c.provider_meeting_id = m.provider_meeting_id and c.person = p.provider_person) seen on true
    where r.meeting_id = wanted and r.closed_at is null and (r.opened_at is null or m.state = 'live')
$$;

-- WhoMayAdmit said again, for the second wall.
create function app_admits(wanted uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce((
        select app_has_role('super_admin') or (m.academy_id = app_academy_id() and (
            app_has_role('academy_admin', 'supervisor')
            or (app_has_role('teacher', 'quran_teacher', 'academic_teacher') and (
                m.owner_id = app_user_id() or m.host_id = app_user_id()
                -- A column of 0006, read so that either may come first.
                or coalesce(jsonb_exists(to_jsonb(m) -> 'co_host_ids', app_user_id()::text), false)
                or exists (
                    select from class_member c
                    where c.class_id = m.class_id and c.role = 'teacher' and c.person_id = app_user_id()
                      and (daterange(c.from_date, c.to_date, '[]') @> m.local_date or daterange(c.from_date, c.to_date, '[]') @> academy_today(m.academy_id)))))
            or (case m.settings ->> 'admitters'
                    when 'allAdmitted' then true
                    when 'hosts' then false
                    else m.class_id is null and not app_has_role('student') end
                and exists (
                    select from place p join room_sitting r using (meeting_id, epoch)
                    where p.meeting_id = m.id and p.person_id = app_user_id() and p.status = 'admitted' and p.role <> 'guardian' and r.closed_at is null
                      and (r.opened_at is null or m.state = 'live')))))
        from meeting m where m.id = wanted and m.deleted_at is null), false)
$$;

create policy place_own_and_admitters on place for select to meetings_caller
    using (person_id = (select app_user_id()) or app_admits(meeting_id));

create policy room_sitting_of_place on room_sitting for select to meetings_caller
    using (exists (select from place p where p.meeting_id = room_sitting.meeting_id and p.epoch = room_sitting.epoch) or app_admits(meeting_id));

-- Whichever way the waiting room is switched off, whoever waits is let in by it: PlaceMoves has this move as WaitingRoomOff. Joins hold a shared lock on the
-- meeting, so nobody comes to wait in between.
create function admit_who_waits() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update place p
    set status = 'admitted', admitted_at = coalesce(p.admitted_at, greatest(new.updated_at, p.joined_at)), entered_at = greatest(new.updated_at, p.joined_at)
    from room_sitting r
    where r.meeting_id = new.id and r.closed_at is null and p.meeting_id = r.meeting_id and p.epoch = r.epoch and p.status = 'waiting';
    return null;
end $$;

create trigger meeting_waiting_room_off after update of waiting_room on meeting
    for each row when (old.waiting_room and not new.waiting_room) execute function admit_who_waits();
