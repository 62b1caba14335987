-- MeetingSubject.IsOneToOne again: of such kinds a session is for the student whose own it is, whatever audience was said.
create function class_is_one_to_one(wanted uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from school_class where class_id = wanted and kind in ('individual_circle', 'individual_lesson', 'subscription_session'))
$$;

-- As in 0006, and one student's own sessions are for that student.
alter policy meeting_seen on meeting
    using (deleted_at is null and (
        (select app_has_role('super_admin'))
        or (academy_id = (select app_academy_id()) and (
            (select app_has_role('academy_admin', 'supervisor'))
            or owner_id = (select app_user_id())
            or host_id = (select app_user_id())
            or co_host_ids @> array[(select app_user_id())]
            or (audience = 'all' and not class_is_one_to_one(class_id))
            or (audience = 'students' and not class_is_one_to_one(class_id) and (select app_has_role('student') or (app_has_role('parent') and exists (select from guardianship))))
            or (audience = 'teachers' and not class_is_one_to_one(class_id) and (select app_has_role('teacher', 'quran_teacher', 'academic_teacher')))
            or (class_id = any(array(
                    select m.class_id from class_member m where m.role = 'teacher' and m.person_id = (select app_user_id())))
                and exists (
                    select from class_member m
                    where m.class_id = meeting.class_id and m.role = 'teacher' and m.person_id = (select app_user_id())
                      and (daterange(m.from_date, m.to_date, '[]') @> meeting.local_date
                        or daterange(m.from_date, m.to_date, '[]') @> (select academy_today(app_academy_id())))))
            or ((audience = 'class' or (audience <> 'personal' and class_is_one_to_one(class_id)))
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
