-- Today, where an academy is: 07:30 in Manila is not yesterday. In policies it stands in a subquery, and so is worked out once for a statement. A zone
-- that this server does not know must not shut a whole academy out.
create function academy_today(wanted uuid) returns date language plpgsql stable as $$
begin
    return (now() at time zone coalesce((select time_zone from academy where academy_id = wanted), 'UTC'))::date;
exception when invalid_parameter_value then
    return (now() at time zone 'UTC')::date;
end $$;

alter policy meeting_seen on meeting
    using (deleted_at is null and (
        (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (
            (select app_has_role('academy_admin', 'supervisor'))
            or owner_id = (select app_user_id())
            or host_id = (select app_user_id())
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

-- As MeetingAccess has it: a class is planned for by those who teach it on the lesson's date, or today.
alter policy meeting_planned on meeting
    with check (owner_id = (select app_user_id()) and created_by = (select app_user_id()) and version = 0 and provider_meeting_id is null and (
        (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (
            (select app_has_role('academy_admin', 'supervisor'))
            or ((select app_has_role('teacher', 'quran_teacher', 'academic_teacher')) and (
                class_id is null
                or exists (select from class_member m
                    where m.class_id = meeting.class_id and m.person_id = (select app_user_id()) and m.role = 'teacher'
                      and (daterange(m.from_date, m.to_date, '[]') @> meeting.local_date
                        or daterange(m.from_date, m.to_date, '[]') @> (select academy_today(app_academy_id()))))))))));

-- When Attendance took it to be over; null when it knows of nobody who came, or did not say.
alter table occurrence add column assumed_end timestamptz;

-- When this connection was last seen to come in, by the provider's clock or by ours, whichever is earlier: whoever comes in after a finalisation opens
-- the meeting again, unless it is only the provider's clock that runs ahead.
alter table provider_connection add column seen_at timestamptz;

update provider_connection c set seen_at = least(c.joined_at, now()) from sitting s
where c.provider = s.provider and c.provider_meeting_id = s.provider_meeting_id and c.sitting_id = s.sitting_id and s.ended_at is null;

-- Few at any time: those that run, and those whose end was lost.
create index sitting_open on sitting (provider, provider_meeting_id) where ended_at is null;
