-- Sittings of a provider that opens rooms before anybody comes. Until now this followed from the provider's name, in a query; what a provider is like is for its
-- own folder to say, and is kept with what it told.
alter table sitting add column opens_empty boolean not null default false;
update sitting set opens_empty = true where provider = 'livekit';
