-- When the provider is to be asked (again) to put somebody out of the room; null when there is nothing to ask.
alter table meeting_expulsion add column remove_at timestamptz;
create index meeting_expulsion_to_ask on meeting_expulsion (remove_at) where remove_at is not null;

-- Whoever is put out has a refused place, whichever way that comes about; and with the last word of it they may come to the door again.
create function put_out_of_place() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        update place p set status = 'left', left_at = greatest(now(), p.joined_at)
        where p.meeting_id = old.meeting_id and p.person_id = old.person_id and p.status = 'rejected'
          and p.epoch = (select max(epoch) from place x where x.meeting_id = old.meeting_id and x.person_id = old.person_id);
        return null;
    end if;
    update place p set status = 'rejected', decided_by = app_user_id()
    where p.meeting_id = new.meeting_id and p.person_id = new.person_id and p.role not in ('host', 'staff')
      and p.epoch = (select max(epoch) from place x where x.meeting_id = new.meeting_id and x.person_id = new.person_id);
    return null;
end $$;

create trigger meeting_expulsion_takes_the_place after insert or update of seq on meeting_expulsion for each row execute function put_out_of_place();
create trigger meeting_expulsion_lifted after delete on meeting_expulsion for each row execute function put_out_of_place();
