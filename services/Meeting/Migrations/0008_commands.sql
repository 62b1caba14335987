-- Host commands. Numbers are given out under the lock of the meeting's one row here, so that they are committed in their order and without a gap.
create table meeting_command_head (
    meeting_id uuid primary key references meeting on delete cascade,
    seq bigint not null,
    -- Grows with every command and with everything that is told again.
    delivery bigint not null
);

create table meeting_command (
    meeting_id uuid not null references meeting on delete cascade,
    seq bigint not null,
    delivery bigint not null,
    -- How often it was told again.
    attempt smallint not null default 0,
    kind text not null,
    topic text not null constraint meeting_command_topic check (topic in (
        'teacher_controls', 'participant_management', 'hand_raising', 'session_announcements', 'system_notifications')),
    text text constraint meeting_command_text check (length(text) <= 2000),
    -- Whom it is about, where everyone has to know.
    subject_id uuid,
    -- Whom it is for; null: everyone.
    targets uuid[],
    critical boolean not null,
    sender_id uuid not null,
    sent_at timestamptz not null,
    -- When it is told again to those who have not acknowledged it; null: never.
    retry_at timestamptz,
    idempotency_key text,
    fingerprint bytea not null,
    primary key (meeting_id, seq),
    constraint meeting_command_one_per_key unique (meeting_id, sender_id, idempotency_key)
);

create index meeting_command_retry on meeting_command (retry_at) where retry_at is not null;
create index meeting_command_repeated on meeting_command (meeting_id, delivery) where attempt > 0;

create table meeting_command_ack (
    meeting_id uuid not null,
    seq bigint not null,
    person_id uuid not null,
    at timestamptz not null,
    primary key (meeting_id, seq, person_id),
    foreign key (meeting_id, seq) references meeting_command on delete cascade
);

-- Who was put out, and by which command: of what came after it they hear nothing.
create table meeting_expulsion (
    meeting_id uuid not null references meeting on delete cascade,
    person_id uuid not null,
    seq bigint not null,
    primary key (meeting_id, person_id)
);

-- CommandAccess.MayCommand a second time.
create function meeting_commanded(wanted uuid) returns boolean language sql stable
    return exists (
        select from meeting m
        where m.id = wanted and (
            app_has_role('super_admin')
            or (m.academy_id = app_academy_id() and (
                app_has_role('academy_admin', 'supervisor')
                or (app_has_role('teacher', 'quran_teacher', 'academic_teacher') and (
                    m.owner_id = app_user_id() or m.host_id = app_user_id() or m.co_host_ids @> array[app_user_id()]
                    or exists (
                        select from class_member c
                        where c.class_id = m.class_id and c.role = 'teacher' and c.person_id = app_user_id()
                          and (daterange(c.from_date, c.to_date, '[]') @> m.local_date
                            or daterange(c.from_date, c.to_date, '[]') @> academy_today(m.academy_id)))))))));

create policy meeting_command_head_seen on meeting_command_head for select to meetings_caller
    using (exists (select from meeting m where m.id = meeting_command_head.meeting_id));
create policy meeting_command_head_begun on meeting_command_head for insert to meetings_caller with check (meeting_commanded(meeting_id));
create policy meeting_command_head_counted on meeting_command_head for update to meetings_caller
    using (meeting_commanded(meeting_id)) with check (meeting_commanded(meeting_id));

create policy meeting_expulsion_own on meeting_expulsion for select to meetings_caller
    using (person_id = (select app_user_id()) or meeting_commanded(meeting_id));
create policy meeting_expulsion_commanded on meeting_expulsion to meetings_caller
    using (meeting_commanded(meeting_id)) with check (meeting_commanded(meeting_id));

create policy meeting_command_heard on meeting_command for select to meetings_caller
    using (exists (select from meeting m where m.id = meeting_command.meeting_id)
        and (meeting_commanded(meeting_id)
            or ((targets is null or (select app_user_id()) = any(targets))
                and not exists (
                    select from meeting_expulsion e
                    where e.meeting_id = meeting_command.meeting_id and e.person_id = (select app_user_id()) and e.seq < meeting_command.seq))));
create policy meeting_command_given on meeting_command for insert to meetings_caller
    with check (sender_id = (select app_user_id()) and attempt = 0 and meeting_commanded(meeting_id));

create policy meeting_command_ack_seen on meeting_command_ack for select to meetings_caller
    using (person_id = (select app_user_id()) or meeting_commanded(meeting_id));
create policy meeting_command_ack_own on meeting_command_ack for insert to meetings_caller
    with check (person_id = (select app_user_id()) and exists (
        select from meeting_command c where c.meeting_id = meeting_command_ack.meeting_id and c.seq = meeting_command_ack.seq));
