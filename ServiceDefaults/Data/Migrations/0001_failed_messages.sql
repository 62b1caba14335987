-- What this service's consumers, or the broker, gave up on: for operators to look at, to replay and to discard (decision 0010).
create table failed_message (
    -- Time-ordered.
    id uuid primary key,
    -- Where it failed, and where a replay sends it.
    queue text not null,
    message_id uuid not null,
    message_type text,
    reason text not null check (reason in ('fault', 'skipped', 'delivery_limit')),
    exception_type text,
    -- First line, without what may be personal (FaultText.cs).
    exception_message text,
    failed_at timestamptz not null,
    -- How often it came here, each time after all its retries.
    failures integer not null default 1,
    state text not null default 'failed' check (state in ('failed', 'replaying', 'replayed')),
    content_type text,
    headers jsonb not null,
    -- As it was sent. Null once the broker has it again.
    body bytea,
    leased_until timestamptz,
    replays integer not null default 0,
    replay_requested_at timestamptz,
    replay_requested_by uuid,
    replayed_at timestamptz,
    constraint failed_message_one_per_queue unique (queue, message_id),
    constraint failed_message_has_its_body check (body is not null or state = 'replayed')
);

create index failed_message_waiting on failed_message (queue) where state <> 'replayed';

-- Operators only. Other callers see no row, whatever the API lets through.
create policy failed_message_operator_reads on failed_message for select to meetings_caller using (app_has_role('super_admin'));
create policy failed_message_operator_replays on failed_message for update to meetings_caller
    using (app_has_role('super_admin')) with check (app_has_role('super_admin'));
create policy failed_message_operator_discards on failed_message for delete to meetings_caller using (app_has_role('super_admin'));
