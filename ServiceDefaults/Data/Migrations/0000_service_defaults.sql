-- What every service's database has. Roles are of the whole server, so two databases may be migrated at the same moment.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['meetings_caller', 'meetings_service'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin', wanted);
            end if;
        exception when duplicate_object or unique_violation then
            null;
        end;
    end loop;
end $$;

-- Who is asking, as the session said (DatabaseSession). Outside of a request nobody is: null, and no policy lets null see anything.
create function app_user_id() returns uuid language sql stable parallel safe
    return nullif(current_setting('app.user_id', true), '')::uuid;

create function app_academy_id() returns uuid language sql stable parallel safe
    return nullif(current_setting('app.academy_id', true), '')::uuid;

create function app_has_role(variadic wanted text[]) returns boolean language sql stable parallel safe
    return string_to_array(coalesce(current_setting('app.roles', true), ''), ',') && wanted;

-- Messages that are part of a committed change and not yet known to be on the broker.
create table outbox (
    id uuid primary key,
    message_type text not null,
    body text not null,
    trace_parent text,
    created_at timestamptz not null default now(),
    leased_until timestamptz,
    attempts integer not null default 0
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create policy outbox_caller_adds on outbox for insert to meetings_caller with check (true);

-- What a consumer has already handled; kept for longer than any redelivery takes.
create table inbox (
    message_id uuid not null,
    consumer text not null,
    received_at timestamptz not null default now(),
    primary key (message_id, consumer)
);

create index inbox_received_at on inbox (received_at);
