create table note (id uuid primary key, academy_id uuid not null, body text not null);

create policy note_of_the_academy on note for select to meetings_caller using (academy_id = app_academy_id());

create table secret (id uuid primary key);
