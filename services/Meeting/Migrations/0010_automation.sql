-- What an academy wants of its rooms; one that saved nothing has the defaults of VideoSettings.
create table video_settings (
    academy_id uuid primary key,
    version bigint not null,
    settings jsonb not null,
    updated_by uuid not null,
    updated_at timestamptz not null
);

-- What a teacher has instead.
create table teacher_video_settings (
    academy_id uuid not null,
    teacher_id uuid primary key,
    max_participants integer constraint teacher_video_settings_people check (max_participants between 1 and 1000),
    recording_enabled boolean,
    updated_by uuid not null,
    updated_at timestamptz not null
);

create policy video_settings_seen on video_settings for select to meetings_caller
    using ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id())
        and (select app_has_role('academy_admin', 'supervisor', 'teacher', 'quran_teacher', 'academic_teacher'))));
create policy video_settings_added on video_settings for insert to meetings_caller
    with check ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))));
create policy video_settings_changed on video_settings for update to meetings_caller
    using ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))));

create policy teacher_video_settings_seen on teacher_video_settings for select to meetings_caller
    using ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id())
        and (select app_has_role('academy_admin', 'supervisor', 'teacher', 'quran_teacher', 'academic_teacher'))));
create policy teacher_video_settings_staff on teacher_video_settings to meetings_caller
    using ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))))
    with check ((select app_has_role('super_admin')) or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))));

alter table occurrence
    -- Its room was opened by the job and not by somebody who came.
    add column auto_opened_at timestamptz,
    -- It was over and nobody had come: the job closed it. Whoever comes after that is a sitting as any other.
    add column closed_at timestamptz,
    -- Under which a replica works on it.
    add column worked_until timestamptz;

create index occurrence_auto_opened on occurrence (auto_opened_at) where auto_opened_at is not null;
