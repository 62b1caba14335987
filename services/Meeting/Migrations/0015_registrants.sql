-- Who is registered at the provider, so that asking again asks nobody, and everybody's own way in can be shown to them. Who is to be registered is
-- Registration's to know.
create table registrant (
    meeting_id uuid not null references meeting on delete cascade,
    person_id uuid not null,
    -- The provider's name of the registration.
    registrant_id text not null,
    -- Lets in as this person: shown to nobody else.
    join_url text not null,
    registered_at timestamptz not null,
    -- The provider was asked to take them off, and may have done it: this is no answer any more to who asks for a place.
    is_leaving boolean not null default false,
    primary key (meeting_id, person_id)
);

create policy registrant_own on registrant for select to meetings_caller using (person_id = (select app_user_id()));

-- What a provider allows per day, and how much of it is used. Days are the provider's, in UTC.
create table provider_budget (
    provider text not null,
    kind text not null,
    -- Whose budget it is; no address and no name.
    key text not null,
    day date not null,
    used int not null,
    primary key (provider, kind, key)
);

create index provider_budget_day on provider_budget (day);

-- Whom a host names by their address at the door.
create index person_address on person (lower(email));
