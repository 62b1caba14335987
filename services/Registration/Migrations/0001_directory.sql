-- btree_gist lets one exclusion constraint compare ids for equality and date ranges for overlap. It is a trusted extension: the owner may create it.
create extension if not exists btree_gist;

create table academy (
    id uuid primary key,
    slug text not null constraint academy_one_per_slug unique,
    name text not null,
    time_zone text not null,
    email_domains text[] not null default '{}',
    attendance_policy text not null,
    version bigint not null default 0
);

create table person (
    id uuid primary key,
    academy_id uuid references academy,
    name text not null,
    -- Normalised by EmailAddress, which knows ASCII only, so that lower() here and there agree.
    email text not null constraint person_email_is_normalised check (email = lower(btrim(email))),
    roles text[] not null,
    version bigint not null default 0,
    constraint person_one_per_email unique nulls not distinct (academy_id, email),
    -- What enrolments and guardians refer to, so that neither can reach into another academy.
    constraint person_of_academy unique (id, academy_id),
    constraint person_without_academy_is_super_admin check (academy_id is not null or roles = '{super_admin}')
);

create index person_email on person (email);

create table class (
    id uuid primary key,
    academy_id uuid not null references academy,
    -- What the source of an import calls it; names may change.
    key text not null,
    name text not null,
    kind text not null,
    attendance_policy text,
    version bigint not null default 0,
    constraint class_one_per_key unique (academy_id, key),
    constraint class_of_academy unique (id, academy_id)
);

create table enrolment (
    id uuid primary key,
    academy_id uuid not null,
    class_id uuid not null,
    person_id uuid not null,
    role text not null constraint enrolment_role_is_known check (role in ('teacher', 'student')),
    from_date date not null,
    to_date date,
    constraint enrolment_of_class foreign key (class_id, academy_id) references class (id, academy_id),
    constraint enrolment_of_person foreign key (person_id, academy_id) references person (id, academy_id),
    constraint enrolment_ends_after_it_begins check (to_date is null or to_date >= from_date),
    constraint enrolment_one_per_start unique (class_id, person_id, from_date),
    constraint enrolment_no_overlap exclude using gist (class_id with =, person_id with =, daterange(from_date, to_date, '[]') with &&)
);

create index enrolment_person on enrolment (person_id);

create table guardian (
    academy_id uuid not null,
    parent_id uuid not null,
    child_id uuid not null,
    primary key (parent_id, child_id),
    constraint guardian_parent foreign key (parent_id, academy_id) references person (id, academy_id),
    constraint guardian_child foreign key (child_id, academy_id) references person (id, academy_id),
    constraint guardian_of_another check (parent_id <> child_id)
);

create index guardian_child on guardian (child_id);

-- Documents that are loaded once and then belong to the people who edit, such as the demo school.
create table imported_document (
    checksum text primary key,
    imported_at timestamptz not null
);

-- Row level security. The policies lean on these functions, which see all rows (they run as the owner of the tables): a policy that
-- read another protected table would ask that table's policy, and so on in circles. All of them are about the caller and nobody else.

create function academy_today(wanted uuid) returns date language sql stable security definer set search_path = public as
    'select (now() at time zone time_zone)::date from academy where academy.id = wanted';

create function my_children() returns setof uuid language sql stable security definer set search_path = public as
    'select child_id from guardian where parent_id = app_user_id() and app_has_role(''parent'')';

-- Of a teacher, while they teach: access ends with the enrolment.
create function my_taught_classes() returns setof uuid language sql stable security definer set search_path = public as $$
    select class_id from enrolment
    where person_id = app_user_id() and role = 'teacher' and (to_date is null or to_date >= academy_today(academy_id))
        and app_has_role('teacher', 'quran_teacher', 'academic_teacher')
$$;

-- Of a student or a parent: also what is over.
create function my_attended_classes() returns setof uuid language sql stable security definer set search_path = public as $$
    select class_id from enrolment
    where role = 'student' and ((person_id = app_user_id() and app_has_role('student')) or person_id in (select my_children()))
$$;

create function my_pupils_and_colleagues() returns setof uuid language sql stable security definer set search_path = public as
    'select person_id from enrolment where class_id in (select my_taught_classes())';

create function my_teachers() returns setof uuid language sql stable security definer set search_path = public as
    'select person_id from enrolment where role = ''teacher'' and class_id in (select my_attended_classes())';

-- Sub-selects around the functions: evaluated once for a statement, not once for a row.

create policy academy_is_seen_by_its_people on academy for select to meetings_caller
    using (id = (select app_academy_id()) or (select app_has_role('super_admin')));

create policy person_is_seen on person for select to meetings_caller using (
    (select app_has_role('super_admin'))
    or id = (select app_user_id())
    or academy_id = (select app_academy_id()) and (
        (select app_has_role('academy_admin', 'supervisor'))
        or id in (select my_pupils_and_colleagues())
        or id in (select my_children())
        or id in (select my_teachers())));

create policy class_is_seen on class for select to meetings_caller using (
    (select app_has_role('super_admin'))
    or academy_id = (select app_academy_id()) and (
        (select app_has_role('academy_admin', 'supervisor'))
        or id in (select my_taught_classes())
        or id in (select my_attended_classes())));

create policy class_is_changed_by_admins on class for update to meetings_caller
    using ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()) and (select app_has_role('academy_admin')))
    with check ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()));

create policy enrolment_is_seen on enrolment for select to meetings_caller using (
    (select app_has_role('super_admin'))
    or academy_id = (select app_academy_id()) and (
        (select app_has_role('academy_admin', 'supervisor'))
        or class_id in (select my_taught_classes())
        or person_id = (select app_user_id())
        or person_id in (select my_children())
        or role = 'teacher' and class_id in (select my_attended_classes())));

create policy enrolment_is_added_by_admins on enrolment for insert to meetings_caller
    with check ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()) and (select app_has_role('academy_admin')));

create policy enrolment_is_changed_by_admins on enrolment for update to meetings_caller
    using ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()) and (select app_has_role('academy_admin')));

create policy enrolment_is_removed_by_admins on enrolment for delete to meetings_caller
    using ((select app_has_role('super_admin')) or academy_id = (select app_academy_id()) and (select app_has_role('academy_admin')));

create policy guardian_is_seen on guardian for select to meetings_caller using (
    (select app_has_role('super_admin'))
    or academy_id = (select app_academy_id()) and (
        (select app_has_role('academy_admin', 'supervisor'))
        or parent_id = (select app_user_id())
        or child_id = (select app_user_id())));
