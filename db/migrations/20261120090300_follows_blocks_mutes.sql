-- Follows, blocks and mutes.
--   user_follows: public, except between two accounts with a block, which hides each from the other
--     everywhere. The indexes idx_follows_* serve the paged lists of followers and of followed accounts.
--   blocks, mutes: visible only to the account that made them; policies see blocks in both directions through
--     app.hidden().
--   Written by viewers directly. Triggers check, count, notify and publish.

-- migrate:up
create table user_follows (
  id uuid primary key default uuidv7(),
  follower_id uuid not null references profiles on delete cascade,
  following_id uuid not null references profiles on delete cascade,
  created_at timestamptz not null default now(),
  unique (follower_id, following_id),
  constraint no_self_follow check (follower_id <> following_id)
);
create index idx_follows_follower on user_follows (follower_id, created_at desc, id desc);
create index idx_follows_following on user_follows (following_id, created_at desc, id desc);
create index idx_follows_mutual on user_follows (follower_id, following_id) where follower_id < following_id;

create table blocks (
  blocker_id uuid not null references profiles on delete cascade,
  blocked_id uuid not null references profiles on delete cascade,
  created_at timestamptz not null default now(),
  primary key (blocker_id, blocked_id),
  constraint no_self_block check (blocker_id <> blocked_id)
);
create index blocks_blocked on blocks (blocked_id, blocker_id);

create table mutes (
  muter_id uuid not null references profiles on delete cascade,
  muted_id uuid not null references profiles on delete cascade,
  created_at timestamptz not null default now(),
  primary key (muter_id, muted_id),
  constraint no_self_mute check (muter_id <> muted_id)
);
create index mutes_muted on mutes (muted_id);

call app.force_row_security('user_follows');
call app.force_row_security('blocks');
call app.force_row_security('mutes');

-- Whether either account blocks the other.
create function app.blocked_between(one uuid, other uuid) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select exists (select from blocks where blocker_id = one and blocked_id = other)
        or exists (select from blocks where blocker_id = other and blocked_id = one);
  end;

-- Advisory lock on a pair of accounts. Follows and notifications take it shared, blocks and mutes
-- exclusively: a block waits for uncommitted follows and notifications between the two and then removes them,
-- and later ones wait for the block and are refused. Without the lock, concurrent transactions would not see
-- each other's rows.
create function app.lock_pair(one uuid, other uuid, is_exclusive boolean) returns void language plpgsql as $$
declare pair bigint := hashtextextended(least(one, other)::text || greatest(one, other)::text, 0);
begin
  if is_exclusive then perform pg_advisory_xact_lock(pair); else perform pg_advisory_xact_lock_shared(pair); end if;
end $$;
grant execute on function app.lock_pair(uuid, uuid, boolean) to plaza_internal;
grant execute on function app.blocked_between(uuid, uuid) to plaza_internal;

-- All accounts that block the viewer or are blocked by the viewer. Policies call it once per statement.
create function app.hidden() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(b.other), '{}') from (
      select blocked_id as other from blocks where blocker_id = (select app.viewer())
      union all
      select blocker_id from blocks where blocked_id = (select app.viewer())
    ) b;
  end;
grant execute on function app.hidden() to plaza_app, plaza_service;

-- Accounts that block the viewer: their profiles do not exist for the viewer. Accounts that the viewer blocks
-- stay visible, so that the viewer can unblock them.
create function app.blocked_by() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(blocker_id), '{}') from blocks where blocked_id = (select app.viewer());
  end;
grant execute on function app.blocked_by() to plaza_app;

-- Raises NOT_FOUND for a handle that does not exist for the viewer, CONFLICT for the viewer's own handle.
create function app.require_other(wanted_handle text) returns void
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare other uuid;
begin
  select user_id into other from profiles where handle = wanted_handle;
  if other is null or other = any (app.blocked_by()) then perform app.refuse(404, 'NOT_FOUND'); end if;
  if other = app.viewer() then perform app.refuse(409, 'CONFLICT'); end if;
end $$;
grant execute on function app.require_other(text) to plaza_app;

grant select, delete on user_follows, blocks, mutes to plaza_app;
grant insert (follower_id, following_id) on user_follows to plaza_app;
grant insert (blocker_id, blocked_id) on blocks to plaza_app;
grant insert (muter_id, muted_id) on mutes to plaza_app;
create policy profiles_viewer_select on profiles for select to plaza_app
  using (user_id <> all ((select app.blocked_by())::uuid[]));
create policy user_follows_viewer_select on user_follows for select to plaza_app
  using (follower_id <> all ((select app.hidden())::uuid[]) and following_id <> all ((select app.hidden())::uuid[]));
create policy user_follows_viewer_insert on user_follows for insert to plaza_app with check (follower_id = (select app.viewer()));
create policy user_follows_viewer_delete on user_follows for delete to plaza_app using (follower_id = (select app.viewer()));
create policy blocks_viewer_select on blocks for select to plaza_app using (blocker_id = (select app.viewer()));
create policy blocks_viewer_insert on blocks for insert to plaza_app with check (blocker_id = (select app.viewer()));
create policy blocks_viewer_delete on blocks for delete to plaza_app using (blocker_id = (select app.viewer()));
create policy mutes_viewer_select on mutes for select to plaza_app using (muter_id = (select app.viewer()));
create policy mutes_viewer_insert on mutes for insert to plaza_app with check (muter_id = (select app.viewer()));
create policy mutes_viewer_delete on mutes for delete to plaza_app using (muter_id = (select app.viewer()));

-- Guards user_follows: NOT_FOUND when the followed account blocks the follower, FORBIDDEN when the follower
-- blocks it.
create function app.guard_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.lock_pair(new.follower_id, new.following_id, false);
  if exists (select from blocks where blocker_id = new.following_id and blocked_id = new.follower_id) then
    perform app.refuse(404, 'NOT_FOUND');
  elsif exists (select from blocks where blocker_id = new.follower_id and blocked_id = new.following_id) then
    perform app.refuse(403, 'FORBIDDEN');
  end if;
  return new;
end $$;
create trigger user_follows_guard_before_insert before insert on user_follows for each row execute function app.guard_follow();

-- Updates both counts, publishes to both rooms and notifies the followed account, once per inserted or
-- deleted row.
create function app.after_follow_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  edge user_follows := coalesce(new, old);
  step int := case tg_op when 'INSERT' then 1 else -1 end;
  follower user_stats;
  followed user_stats;
  payload jsonb;
begin
  -- Locks both rows in one order, so that two accounts that follow each other at the same moment cannot
  -- deadlock.
  perform from user_stats where user_id in (edge.follower_id, edge.following_id) order by user_id for update;
  update user_stats set following_count = following_count + step, version = version + 1, updated_at = now()
    where user_id = edge.follower_id returning * into follower;
  update user_stats set followers_count = followers_count + step, version = version + 1, updated_at = now()
    where user_id = edge.following_id returning * into followed;
  -- One of the accounts is being deleted and has no counts: nothing to publish.
  if follower.user_id is null or followed.user_id is null then return null; end if;
  payload := jsonb_build_object('followerId', edge.follower_id, 'followingId', edge.following_id, 'isFollowing', tg_op = 'INSERT',
    'follower', jsonb_build_object('following', follower.following_count, 'version', follower.version),
    'following', jsonb_build_object('followers', followed.followers_count, 'version', followed.version));
  perform app.emit('user:' || edge.follower_id, 'follow.changed', payload);
  perform app.emit('user:' || edge.following_id, 'follow.changed', payload);
  if tg_op = 'INSERT' then
    perform app.notify(edge.following_id, 'new_follower', 'user', edge.follower_id, edge.follower_id,
      (select '/@' || handle from profiles where user_id = edge.follower_id), 'followed you', '{}');
  end if;
  return null;
end $$;
create trigger user_follows_stats_after_change after insert or delete on user_follows
  for each row execute function app.after_follow_change();

-- Publishes the relation of `who` to `other` to the room of `who`. `relation.hidden` is used by the rooms
-- only: it changes what open pages show to `who` and does not reveal who blocked whom.
create function app.publish_relation(who uuid, other uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare is_muted boolean := exists (select from mutes where muter_id = who and muted_id = other);
begin
  perform app.emit('user:' || who, 'relation.hidden', jsonb_build_object('otherId', other,
    'isHidden', is_muted or app.blocked_between(who, other), 'isBlocked', app.blocked_between(who, other)));
  perform app.emit('user:' || who, 'relation.changed', jsonb_build_object('otherId', other, 'isMuted', is_muted,
    'isBlocked', exists (select from blocks where blocker_id = who and blocked_id = other)));
end $$;

-- A block deletes follows and notifications between the two accounts and publishes to both rooms.
create function app.after_block_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare edge blocks := coalesce(new, old);
begin
  -- Also for a delete: the last published state must be the committed one.
  perform app.lock_pair(edge.blocker_id, edge.blocked_id, true);
  if tg_op = 'INSERT' then
    delete from user_follows where (follower_id = edge.blocker_id and following_id = edge.blocked_id)
                                or (follower_id = edge.blocked_id and following_id = edge.blocker_id);
    delete from notifications where (user_id = edge.blocker_id and actor_id = edge.blocked_id)
                                 or (user_id = edge.blocked_id and actor_id = edge.blocker_id);
  end if;
  perform app.publish_relation(edge.blocker_id, edge.blocked_id);
  perform app.emit('user:' || edge.blocked_id, 'relation.hidden', jsonb_build_object('otherId', edge.blocker_id,
    'isHidden', app.blocked_between(edge.blocker_id, edge.blocked_id)
      or exists (select from mutes where muter_id = edge.blocked_id and muted_id = edge.blocker_id),
    'isBlocked', app.blocked_between(edge.blocker_id, edge.blocked_id)));
  return null;
end $$;
create trigger blocks_outbox_after_change after insert or delete on blocks for each row execute function app.after_block_change();

-- A mute marks the notifications from the muted account as read.
create function app.after_mute_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare edge mutes := coalesce(new, old);
begin
  perform app.lock_pair(edge.muter_id, edge.muted_id, true);
  if tg_op = 'INSERT' then
    update notifications set is_read = true where user_id = edge.muter_id and actor_id = edge.muted_id and not is_read;
  end if;
  perform app.publish_relation(edge.muter_id, edge.muted_id);
  return null;
end $$;
create trigger mutes_outbox_after_change after insert or delete on mutes for each row execute function app.after_mute_change();

call app.transfer_function_ownership();

-- migrate:down
drop policy profiles_viewer_select on profiles;
drop policy user_follows_viewer_select on user_follows;
drop function app.require_other(text), app.blocked_by(), app.hidden(), app.lock_pair(uuid, uuid, boolean),
  app.blocked_between(uuid, uuid);
drop table mutes, blocks, user_follows;
drop function app.after_mute_change(), app.after_block_change(), app.publish_relation(uuid, uuid), app.after_follow_change(), app.guard_follow();
