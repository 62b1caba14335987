-- What the consumer of the tests has done, as often as it has done it.
create table effect (id bigint generated always as identity primary key, sitting text not null);
