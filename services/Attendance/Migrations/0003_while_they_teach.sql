-- Whoever completes a calculation proves by its version that nothing came in meanwhile. Counted from one for every row, a row that was finished and
-- planned anew would be taken for its forerunner by a replica that slept through both.
create sequence calculation_version;
alter table calculation alter column version set default nextval('calculation_version');

-- A teacher of the class sees the meetings of the days on which they teach it, and all of them as long as they do: access ends with the enrolment.
create function caller_teaches(in_class uuid, of_meeting uuid) returns boolean language sql stable
    return exists (
        select from class_member c left join academy a on a.id = c.academy_id
        where c.class_id = in_class and c.person_id = app_user_id() and c.role <> 'student'
          and (daterange(c.from_date, c.to_date, '[]') @> (now() at time zone coalesce(a.time_zone, 'UTC'))::date
               or exists (select from occurrence o
                          where o.meeting_id = of_meeting
                            and daterange(c.from_date, c.to_date, '[]') @> (o.starts_at at time zone coalesce(a.time_zone, 'UTC'))::date)));

create function caller_staffs(meeting_id uuid, in_academy uuid, in_class uuid, owner uuid, host uuid) returns boolean language sql stable
    return app_has_role('super_admin')
        or (in_academy = app_academy_id()
            and (app_has_role('academy_admin', 'supervisor') or app_user_id() in (owner, host) or caller_teaches(in_class, meeting_id)));

alter policy fact_staff on fact
    using (exists (
        select from meeting m
        where m.provider = fact.provider and m.provider_meeting_id = fact.provider_meeting_id
          and caller_staffs(m.id, m.academy_id, m.class_id, m.owner_id, m.host_id)));

alter policy record_staff_own_or_child on attendance_record
    using (
        app_has_role('super_admin')
        or (academy_id = app_academy_id()
            and (student_id = app_user_id()
                 or app_has_role('academy_admin', 'supervisor')
                 or student_id in (select unnest(p.children) from person p where p.id = app_user_id())
                 or exists (select from meeting m
                            where m.id = meeting_id and caller_staffs(m.id, m.academy_id, m.class_id, m.owner_id, m.host_id)))));

alter policy reconciliation_staff on reconciliation
    using (exists (
        select from occurrence o join meeting m on m.id = o.meeting_id
        where o.id = occurrence_id and caller_staffs(m.id, m.academy_id, m.class_id, m.owner_id, m.host_id)));

drop function caller_staffs(uuid, uuid, uuid, uuid);
