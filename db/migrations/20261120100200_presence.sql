-- Presence: who may see that somebody is online, and who was online when.
--   Rooms know who is here; Postgres keeps what people chose, and every five minutes a batch of who was here, for a restart
--   and for whoever asks of people whose rooms sleep. No heartbeat ever writes here.
--   A circle is all that a room has to know to answer for a person: the audience, who is in it, who is kept out of it.

-- migrate:up
alter table user_settings add column presence_audience text not null default 'everyone'
  check (presence_audience in ('everyone', 'mutuals', 'chosen', 'nobody'));
grant update (presence_audience) on user_settings to plaza_app;

-- Those who may see it when the audience is `chosen`. Private to the one who chose.
create table presence_chosen (
  user_id uuid not null references profiles on delete cascade,
  other_id uuid not null references profiles on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, other_id),
  constraint no_self_choice check (user_id <> other_id)
);
create index presence_chosen_other on presence_chosen (other_id);

create table user_presence (
  user_id uuid primary key references profiles on delete cascade,
  is_online boolean not null default false,
  last_seen_at timestamptz
) with (fillfactor = 70);
create index idx_user_presence_online on user_presence (user_id) where is_online;

call app.protect('presence_chosen');
call app.protect('user_presence');
grant select, insert (user_id, other_id), delete on presence_chosen to plaza_app;
create policy presence_chosen_viewer_select on presence_chosen for select to plaza_app using (user_id = (select app.viewer()));
create policy presence_chosen_viewer_insert on presence_chosen for insert to plaza_app with check (user_id = (select app.viewer()));
create policy presence_chosen_viewer_delete on presence_chosen for delete to plaza_app using (user_id = (select app.viewer()));

-- A minor starts with those who follow back; anything else is theirs to choose.
create function app.choose_first_audience() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from users where id = new.user_id and birth_date > (now() at time zone 'UTC')::date - interval '18 years') then
    new.presence_audience := 'mutuals';
  end if;
  return new;
end $$;
create trigger user_settings_audience_before_insert before insert on user_settings
  for each row execute function app.choose_first_audience();
do $$
declare maker text := current_user;
begin
  set local role plaza_internal;
  update user_settings s set presence_audience = 'mutuals' from users u
    where u.id = s.user_id and u.birth_date > (now() at time zone 'UTC')::date - interval '18 years';
  perform set_config('role', maker, true);
end $$;

-- What a presence room has to know of these people. `hidden`: a block either way.
create function app.presence_circles(ids uuid[]) returns table (user_id uuid, audience text, allowed uuid[], hidden uuid[])
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select s.user_id, s.presence_audience,
      case s.presence_audience
        when 'mutuals' then array(select f.following_id from user_follows f
          join user_follows back on back.follower_id = f.following_id and back.following_id = s.user_id where f.follower_id = s.user_id)
        when 'chosen' then array(select c.other_id from presence_chosen c where c.user_id = s.user_id)
        else '{}'::uuid[] end,
      array(select b.blocked_id from blocks b where b.blocker_id = s.user_id
        union select b.blocker_id from blocks b where b.blocked_id = s.user_id)
    from user_settings s where s.user_id = any (ids);
  end;

-- A batch of a presence room: [{userId, isOnline, lastSeenAt}]. People who are gone are left out; of two times the later
-- one stays.
create function app.store_presence(people jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare known uuid[] := array(select p.user_id from profiles p
  where p.user_id in (select (e ->> 'userId')::uuid from jsonb_array_elements(people) e) order by 1 for key share);
begin
  insert into user_presence as kept (user_id, is_online, last_seen_at)
    select distinct on (e."userId") e."userId", e."isOnline", e."lastSeenAt"
    from jsonb_to_recordset(people) as e ("userId" uuid, "isOnline" boolean, "lastSeenAt" timestamptz)
    where e."userId" = any (known) order by e."userId", e."lastSeenAt" desc nulls last
    on conflict (user_id) do update set is_online = excluded.is_online, last_seen_at = greatest(kept.last_seen_at, excluded.last_seen_at)
      where (kept.is_online, kept.last_seen_at) is distinct from (excluded.is_online, greatest(kept.last_seen_at, excluded.last_seen_at));
end $$;

-- Who of these was online at the last batch, and when they were last seen: one query, however many are asked for.
create function app.online_users(ids uuid[]) returns table (user_id uuid, is_online boolean, last_seen_at text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select p.user_id, p.is_online, app.iso(p.last_seen_at) from user_presence p where p.user_id = any (ids);
  end;
grant execute on function app.presence_circles(uuid[]), app.store_presence(jsonb), app.online_users(uuid[]) to plaza_service;

create function app.tell_circle(who uuid) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    select app.emit('presence:' || who, 'circle.changed', '{}');
  end;

create function app.after_block_in_circles() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare edge blocks := coalesce(new, old);
begin
  perform app.tell_circle(p.user_id) from profiles p where p.user_id in (edge.blocker_id, edge.blocked_id);
  return null;
end $$;
create trigger blocks_presence_after_change after insert or delete on blocks
  for each row execute function app.after_block_in_circles();

-- Two who follow each other became or ceased to be so: told to those for whom it matters.
create function app.after_follow_in_circles() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare edge user_follows := coalesce(new, old);
begin
  if exists (select from user_follows where follower_id = edge.following_id and following_id = edge.follower_id) then
    perform app.tell_circle(s.user_id) from user_settings s
      where s.user_id in (edge.follower_id, edge.following_id) and s.presence_audience = 'mutuals';
  end if;
  return null;
end $$;
-- By its name it comes after user_follows_stats_after_change, which makes two who follow each other at once wait in turn.
create trigger user_follows_tell_circles_after_change after insert or delete on user_follows
  for each row execute function app.after_follow_in_circles();

create function app.after_audience_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.tell_circle(new.user_id);
  return null;
end $$;
create trigger user_settings_presence_after_update after update of presence_audience on user_settings
  for each row when (old.presence_audience <> new.presence_audience) execute function app.after_audience_change();

-- Once a statement, however many are chosen. Whether the audience is `chosen` is not asked: it may become so in this transaction.
create function app.after_choice_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.tell_circle(p.user_id) from profiles p where p.user_id in (select user_id from changed_rows);
  if tg_op = 'INSERT' and exists (select from presence_chosen c where c.user_id in (select user_id from changed_rows)
      group by c.user_id having count(*) > 500) then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  return null;
end $$;
create trigger presence_chosen_outbox_after_insert after insert on presence_chosen
  referencing new table as changed_rows for each statement execute function app.after_choice_change();
create trigger presence_chosen_outbox_after_delete after delete on presence_chosen
  referencing old table as changed_rows for each statement execute function app.after_choice_change();

call app.hand_over_functions();

-- migrate:down
drop trigger user_settings_presence_after_update on user_settings;
drop trigger user_follows_tell_circles_after_change on user_follows;
drop trigger blocks_presence_after_change on blocks;
drop trigger user_settings_audience_before_insert on user_settings;
drop function app.online_users(uuid[]), app.store_presence(jsonb), app.presence_circles(uuid[]);
drop table user_presence, presence_chosen;
drop function app.after_choice_change(), app.after_audience_change(), app.after_follow_in_circles(), app.after_block_in_circles(),
  app.tell_circle(uuid), app.choose_first_audience();
alter table user_settings drop column presence_audience;
