-- The second wall under MeetingAccess: what a caller's own transaction can see and write, whatever the code above it does.
--
-- What depends on the caller only stands in a subquery of its own: it is then worked out once for a statement and not for every row, which for a
-- student who lists the meetings of a large academy is the difference between milliseconds and half a minute.
create policy academy_own on academy for select to meetings_caller
    using (academy_id = (select app_academy_id()) or (select app_has_role('super_admin')));

create policy person_self_and_staff on person for select to meetings_caller
    using (person_id = (select app_user_id()) or (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))));

create policy guardianship_own on guardianship for select to meetings_caller
    using (guardian_id = (select app_user_id()));

create policy school_class_of_academy on school_class for select to meetings_caller
    using (academy_id = (select app_academy_id()) or (select app_has_role('super_admin')));

create policy class_member_own_and_children on class_member for select to meetings_caller
    using (person_id = (select app_user_id())
        or person_id = any(array(select child_id from guardianship))
        or (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (select app_has_role('academy_admin', 'supervisor'))));

-- A membership counts on the lesson's date, and today: who is in the class now may look back, and who was there then still sees what was.
create policy meeting_seen on meeting for select to meetings_caller
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
                        or daterange(m.from_date, m.to_date, '[]') @> (now() at time zone 'UTC')::date)))
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
                        or daterange(m.from_date, m.to_date, '[]') @> (now() at time zone 'UTC')::date)))))));

create policy meeting_planned on meeting for insert to meetings_caller
    with check (owner_id = (select app_user_id()) and created_by = (select app_user_id()) and version = 0 and provider_meeting_id is null and (
        (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (
            (select app_has_role('academy_admin', 'supervisor'))
            or ((select app_has_role('teacher', 'quran_teacher', 'academic_teacher')) and (
                class_id is null
                or exists (select from class_member m
                    where m.class_id = meeting.class_id and m.person_id = (select app_user_id()) and m.role = 'teacher')))))));

create policy occurrence_of_meeting on occurrence for select to meetings_caller
    using (exists (select from meeting m where m.id = occurrence.meeting_id));

create policy occurrence_planned on occurrence for insert to meetings_caller
    with check (exists (select from meeting m where m.id = occurrence.meeting_id and m.owner_id = (select app_user_id()) and m.version = 0));

create policy meeting_creation_own on meeting_creation to meetings_caller
    using (owner_id = (select app_user_id())) with check (owner_id = (select app_user_id()));

create policy sitting_of_meeting on sitting for select to meetings_caller
    using (exists (select from meeting m where m.provider = sitting.provider and m.provider_meeting_id = sitting.provider_meeting_id));

create policy connection_of_meeting on provider_connection for select to meetings_caller
    using (exists (select from meeting m
        where m.provider = provider_connection.provider and m.provider_meeting_id = provider_connection.provider_meeting_id));
