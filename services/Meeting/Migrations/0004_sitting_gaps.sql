-- Meetings of which a provider says that it did not tell everything. While a row is here, what is known of the meeting's sittings may be wrong: whoever
-- asks the provider who is there removes it, unless something is missing from after they asked.
create table sitting_gap (
    provider text not null,
    -- Empty where the provider did not say which: then it may be any of its meetings.
    provider_meeting_id text not null,
    missing_before timestamptz not null,
    heard_at timestamptz not null,
    primary key (provider, provider_meeting_id)
);
