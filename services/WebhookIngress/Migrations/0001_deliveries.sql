-- What providers told us, verified: the ledger that makes an answer of 2xx a promise.
create table delivery (
    -- Time-ordered, so that new rows go to the end of the index.
    id uuid primary key,
    provider text not null,
    -- What the event is, not how it was sent (DedupeKey.cs). Begins with the event's own time, for the same reason as the id.
    dedupe_key bytea not null,
    event text,
    account_id text,
    state text not null check (state in ('received', 'quarantined', 'ignored')),
    reason text,
    -- Without addresses and credentials (Redaction.cs). Null once its retention is over.
    body bytea,
    -- Of the body as the provider signed it.
    body_sha256 bytea not null,
    received_at timestamptz not null,
    replays integer not null default 0,
    replayed_at timestamptz,
    replayed_by uuid,
    constraint delivery_one_per_event unique (dedupe_key)
);

-- Rows arrive in order of time: a few bytes per megabyte are index enough for retention.
create index delivery_received_at on delivery using brin (received_at);
create index delivery_quarantined on delivery (id) where state = 'quarantined';

-- Operators only. Other callers see no row, whatever the API lets through.
create policy delivery_operator_reads on delivery for select to meetings_caller using (app_has_role('super_admin'));
create policy delivery_operator_replays on delivery for update to meetings_caller
    using (app_has_role('super_admin')) with check (app_has_role('super_admin'));

-- Each run of the retention job: the proof that it ran, and where the next one begins.
create table retention_run (
    id uuid primary key,
    ran_at timestamptz not null,
    erased_before timestamptz not null,
    bodies_erased bigint not null,
    forgotten_before timestamptz not null,
    deliveries_forgotten bigint not null
);

create index retention_run_erased_before on retention_run (erased_before);
