-- The second wall. The service decides first; these policies hold where it should be wrong. What has no policy is closed to callers.

create policy academy_own on academy for select to meetings_caller
    using (app_has_role('super_admin') or id = app_academy_id());

create policy meeting_of_academy on meeting for select to meetings_caller
    using (app_has_role('super_admin') or academy_id = app_academy_id());

create policy occurrence_of_meeting on occurrence for select to meetings_caller
    using (exists (select from meeting where meeting.id = occurrence.meeting_id));

create policy class_of_academy on class for select to meetings_caller
    using (app_has_role('super_admin') or academy_id = app_academy_id());

create policy class_member_of_academy on class_member for select to meetings_caller
    using (app_has_role('super_admin') or academy_id = app_academy_id());

create policy result_of_academy on occurrence_result for select to meetings_caller
    using (app_has_role('super_admin') or academy_id = app_academy_id());

-- Names and addresses: oneself, and for those who teach, run or host something in the academy everyone of it.
create policy person_self_or_staff on person for select to meetings_caller
    using (
        id = app_user_id()
        or app_has_role('super_admin')
        or (coalesce(academy_id, app_academy_id()) = app_academy_id()
            and (app_has_role('academy_admin', 'supervisor', 'teacher', 'quran_teacher', 'academic_teacher')
                 or exists (select from meeting where app_user_id() in (host_id, owner_id)))));

create policy alias_staff on alias for select to meetings_caller
    using (
        app_has_role('super_admin')
        or (academy_id = app_academy_id()
            and (app_has_role('academy_admin', 'supervisor', 'teacher', 'quran_teacher', 'academic_teacher')
                 or exists (select from meeting where app_user_id() in (host_id, owner_id)))));

-- Who sees all of a meeting: those who run the academy, its owner and host, and the teachers of its class.
create function caller_staffs(in_academy uuid, in_class uuid, owner uuid, host uuid) returns boolean language sql stable
    return app_has_role('super_admin')
        or (in_academy = app_academy_id()
            and (app_has_role('academy_admin', 'supervisor')
                 or app_user_id() in (owner, host)
                 or exists (select from class_member c
                            where c.class_id = in_class and c.person_id = app_user_id() and c.role <> 'student')));

create policy fact_staff on fact for select to meetings_caller
    using (exists (
        select from meeting m
        where m.provider = fact.provider and m.provider_meeting_id = fact.provider_meeting_id
          and caller_staffs(m.academy_id, m.class_id, m.owner_id, m.host_id)));

create policy record_staff_own_or_child on attendance_record for select to meetings_caller
    using (
        app_has_role('super_admin')
        or (academy_id = app_academy_id()
            and (student_id = app_user_id()
                 or app_has_role('academy_admin', 'supervisor')
                 or student_id in (select unnest(p.children) from person p where p.id = app_user_id())
                 or exists (select from meeting m
                            where m.id = meeting_id and caller_staffs(m.academy_id, m.class_id, m.owner_id, m.host_id)))));

create policy record_version_with_record on attendance_record_version for select to meetings_caller
    using (exists (select from attendance_record r where r.id = record_id));

create policy reconciliation_staff on reconciliation for select to meetings_caller
    using (exists (
        select from occurrence o join meeting m on m.id = o.meeting_id
        where o.id = occurrence_id and caller_staffs(m.academy_id, m.class_id, m.owner_id, m.host_id)));
