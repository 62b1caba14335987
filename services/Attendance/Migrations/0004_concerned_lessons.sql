-- Which final lessons a change of the school concerns: found by an index, not by calculating all there ever were.

-- The date of the lesson, as its records have it. Null where a replica of the version before wrote it last.
alter table occurrence_result add column date date;

update occurrence_result result set date = coalesce(
    (select min(date) from attendance_record record where record.occurrence_id = result.occurrence_id),
    (select (starts_at at time zone 'UTC')::date from occurrence where id = result.occurrence_id));

create index occurrence_result_by_class on occurrence_result (class_id, date);
create index calculation_leased on calculation (occurrence_id) where leased_until is not null;

-- Who was heard in a lesson that was made final, by every name that somebody can be known by: whoever becomes known by one of them later is looked
-- up here. Kinds are those of aliases; 0 is a person's own id inside another name.
create table lesson_identity (
    academy_id uuid not null,
    kind smallint not null,
    value text not null,
    occurrence_id uuid not null,
    primary key (academy_id, kind, value, occurrence_id)
);

-- For what is final already: a sitting's names go to the nearest date of its meeting, as its facts do.
insert into lesson_identity (academy_id, kind, value, occurrence_id)
select distinct sitting.academy_id, name.kind, name.value, sitting.occurrence_id
from (
    select m.academy_id, f.provider, f.provider_meeting_id, f.sitting_id, nearest.id as occurrence_id
    from (select provider, provider_meeting_id, sitting_id, min(at) as began from fact group by 1, 2, 3) f
    join meeting m on m.provider = f.provider and m.provider_meeting_id = f.provider_meeting_id and m.class_id is not null
    cross join lateral (
        select o.id from occurrence o where o.meeting_id = m.id
        order by greatest(o.starts_at - f.began, f.began - (o.starts_at + o.duration_minutes * interval '1 minute'), interval '0'), o.starts_at, o.id
        limit 1) nearest
    where exists (select from occurrence_result r where r.occurrence_id = nearest.id)
) sitting
join fact on (fact.provider, fact.provider_meeting_id, fact.sitting_id) = (sitting.provider, sitting.provider_meeting_id, sitting.sitting_id)
cross join lateral (values
    (0::smallint, fact.person_hint::text), (1, fact.registrant_id), (2, fact.customer_key), (3, fact.identity), (4, fact.provider_user_id), (5, fact.email)
) as name (kind, value)
where name.value is not null and trim(name.value) <> '';
