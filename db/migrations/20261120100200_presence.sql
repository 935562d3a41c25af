-- Presence: who may see that an account is online, and when it was last online.
--   Presence rooms hold the live state. Postgres stores the settings, and a batch of the live state every
--     five minutes, for shards that restart and for accounts whose shard does not answer. Heartbeats never
--     write to Postgres.
--   user_settings.presence_audience and presence_chosen: written by their account. Triggers publish
--     `circle.changed` to the account's presence shard, which then reads the visibility again
--     (app.presence_visibility).
--   user_presence: written by presence rooms (app.store_presence), read through app.online_users().

-- migrate:up
alter table user_settings add column presence_audience text not null default 'everyone'
  check (presence_audience in ('everyone', 'mutuals', 'chosen', 'nobody'));
grant update (presence_audience) on user_settings to plaza_app;

-- The accounts that may see the presence of user_id when its audience is `chosen`. Visible to user_id only.
create table presence_chosen (
  user_id uuid not null references profiles on delete cascade,
  other_id uuid not null references profiles on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, other_id),
  constraint presence_chosen_not_self check (user_id <> other_id)
);
create index presence_chosen_other on presence_chosen (other_id);

create table user_presence (
  user_id uuid primary key references profiles on delete cascade,
  is_online boolean not null default false,
  last_seen_at timestamptz
) with (fillfactor = 70);
create index idx_user_presence_online on user_presence (user_id) where is_online;

call app.force_row_security('presence_chosen');
call app.force_row_security('user_presence');
grant select, insert (user_id, other_id), delete on presence_chosen to plaza_app;
create policy presence_chosen_viewer_select on presence_chosen for select to plaza_app using (user_id = (select app.viewer()));
create policy presence_chosen_viewer_insert on presence_chosen for insert to plaza_app with check (user_id = (select app.viewer()));
create policy presence_chosen_viewer_delete on presence_chosen for delete to plaza_app using (user_id = (select app.viewer()));

-- The default audience of an account under 18 is `mutuals`.
create function app.set_default_audience() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from users where id = new.user_id and birth_date > (now() at time zone 'UTC')::date - interval '18 years') then
    new.presence_audience := 'mutuals';
  end if;
  return new;
end $$;
create trigger user_settings_audience_before_insert before insert on user_settings
  for each row execute function app.set_default_audience();
do $$
declare migration_role text := current_user;
begin
  set local role plaza_internal;
  update user_settings s set presence_audience = 'mutuals' from users u
    where u.id = s.user_id and u.birth_date > (now() at time zone 'UTC')::date - interval '18 years';
  perform set_config('role', migration_role, true);
end $$;

-- Visibility of accounts, for presence rooms: the audience, the accounts allowed to see it (for `mutuals` and
-- `chosen`), and the accounts with a block in either direction (`hidden`).
create function app.presence_visibility(ids uuid[]) returns table (user_id uuid, audience text, allowed uuid[], hidden uuid[])
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

-- Stores a batch of a presence room: [{userId, isOnline, lastSeenAt}]. Ignores deleted accounts. last_seen_at
-- never decreases.
create function app.store_presence(people jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare known uuid[] := array(select p.user_id from profiles p
  where p.user_id in (select (e ->> 'userId')::uuid from jsonb_array_elements(people) e) order by 1 for key share);
begin
  insert into user_presence as stored (user_id, is_online, last_seen_at)
    select distinct on (e."userId") e."userId", e."isOnline", e."lastSeenAt"
    from jsonb_to_recordset(people) as e ("userId" uuid, "isOnline" boolean, "lastSeenAt" timestamptz)
    where e."userId" = any (known) order by e."userId", e."lastSeenAt" desc nulls last
    on conflict (user_id) do update set is_online = excluded.is_online, last_seen_at = greatest(stored.last_seen_at, excluded.last_seen_at)
      where (stored.is_online, stored.last_seen_at) is distinct from (excluded.is_online, greatest(stored.last_seen_at, excluded.last_seen_at));
end $$;

-- The stored presence of accounts, as of the last batch. Accounts without a row are left out.
create function app.online_users(ids uuid[]) returns table (user_id uuid, is_online boolean, last_seen_at text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select p.user_id, p.is_online, app.iso(p.last_seen_at) from user_presence p where p.user_id = any (ids);
  end;
grant execute on function app.presence_visibility(uuid[]), app.store_presence(jsonb), app.online_users(uuid[]) to plaza_service;

-- Publishes to the account's presence shard that its visibility changed.
create function app.publish_visibility_change(who uuid) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    select app.emit('presence:' || who, 'circle.changed', '{}');
  end;

-- Publishes for both accounts of a block.
create function app.after_block_change_in_presence() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare edge blocks := coalesce(new, old);
begin
  perform app.publish_visibility_change(p.user_id) from profiles p where p.user_id in (edge.blocker_id, edge.blocked_id);
  return null;
end $$;
create trigger blocks_presence_after_change after insert or delete on blocks
  for each row execute function app.after_block_change_in_presence();

-- Publishes for accounts with the audience `mutuals` when two accounts start or stop following each other.
create function app.after_follow_change_in_presence() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare edge user_follows := coalesce(new, old);
begin
  if exists (select from user_follows where follower_id = edge.following_id and following_id = edge.follower_id) then
    perform app.publish_visibility_change(s.user_id) from user_settings s
      where s.user_id in (edge.follower_id, edge.following_id) and s.presence_audience = 'mutuals';
  end if;
  return null;
end $$;
-- Triggers fire in the order of their names: this one after user_follows_stats_after_change, which locks both
-- accounts, so that of two concurrent follows the second sees the first.
create trigger user_follows_visibility_after_change after insert or delete on user_follows
  for each row execute function app.after_follow_change_in_presence();

-- Publishes for an account that changed its audience.
create function app.after_audience_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.publish_visibility_change(new.user_id);
  return null;
end $$;
create trigger user_settings_presence_after_update after update of presence_audience on user_settings
  for each row when (old.presence_audience <> new.presence_audience) execute function app.after_audience_change();

-- Statement-level: publishes once for a whole list. For every audience, because the same transaction may set
-- it to `chosen`. Raises VALIDATION_FAILED above 500 accounts.
create function app.after_presence_chosen_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.publish_visibility_change(p.user_id) from profiles p where p.user_id in (select user_id from changed_rows);
  if tg_op = 'INSERT' and exists (select from presence_chosen c where c.user_id in (select user_id from changed_rows)
      group by c.user_id having count(*) > 500) then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  return null;
end $$;
create trigger presence_chosen_outbox_after_insert after insert on presence_chosen
  referencing new table as changed_rows for each statement execute function app.after_presence_chosen_change();
create trigger presence_chosen_outbox_after_delete after delete on presence_chosen
  referencing old table as changed_rows for each statement execute function app.after_presence_chosen_change();

call app.transfer_function_ownership();

-- migrate:down
drop trigger user_settings_presence_after_update on user_settings;
drop trigger user_follows_visibility_after_change on user_follows;
drop trigger blocks_presence_after_change on blocks;
drop trigger user_settings_audience_before_insert on user_settings;
drop function app.online_users(uuid[]), app.store_presence(jsonb), app.presence_visibility(uuid[]);
drop table user_presence, presence_chosen;
drop function app.after_presence_chosen_change(), app.after_audience_change(), app.after_follow_change_in_presence(), app.after_block_change_in_presence(),
  app.publish_visibility_change(uuid), app.set_default_audience();
alter table user_settings drop column presence_audience;
