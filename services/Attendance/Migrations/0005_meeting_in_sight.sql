-- Facts are read for one meeting at a time, so the transaction says which (app.meeting_id), and the policy asks once for a statement, and not once for
-- every fact, whether the caller staffs it. Facts of other meetings are not seen, also by those who staff them.
create function app_meeting_id() returns uuid language sql stable parallel safe
    return nullif(current_setting('app.meeting_id', true), '')::uuid;

alter policy fact_staff on fact
    using ((provider, provider_meeting_id) = (
        select m.provider, m.provider_meeting_id from meeting m
        where m.id = app_meeting_id() and caller_staffs(m.id, m.academy_id, m.class_id, m.owner_id, m.host_id)));
