-- A date of a series that was called off by itself. It stays in the copy, so that what is held then all the same is its own and no other date's; its calculation is
-- dropped when it falls due.
alter table occurrence add column is_cancelled boolean not null default false;
