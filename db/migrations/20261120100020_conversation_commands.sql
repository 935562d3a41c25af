-- Commands on conversations: open, rename, add, remove, leave, answer a request, silence. Viewers have no
-- direct write access to the tables. All commands raise UNAUTHENTICATED without a viewer, and NOT_FOUND when
-- the viewer is not a member.
--   Admins of a group rename it, add and remove members and set roles. When the last admin leaves, the member
--     who joined first becomes admin.
--   A declined request stays invisible: the other members still see it as pending.
--   Each command adds a snapshot for the conversation's room to the outbox.

-- migrate:up

-- Locks the conversation and returns the viewer's membership. Raises NOT_FOUND when the viewer is not a
-- member.
create function app.require_member(wanted uuid) returns conversation_participants
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  perform from conversations where id = wanted for no key update;
  select * into me from conversation_participants
    where conversation_id = wanted and user_id = app.viewer() and state in ('accepted', 'requested');
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  return me;
end $$;

-- The same, and requires a group (else CONFLICT) of which the viewer is an admin (else FORBIDDEN).
create function app.require_admin(wanted uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants := app.require_member(wanted);
begin
  if (select kind from conversations where id = wanted) <> 'group' then perform app.refuse(409, 'CONFLICT'); end if;
  if me.role <> 'admin' or me.state <> 'accepted' then perform app.refuse(403, 'FORBIDDEN'); end if;
end $$;

-- Raises NOT_FOUND for accounts that do not exist for the viewer, FORBIDDEN for accounts that the viewer has
-- blocked.
create function app.require_reachable(people uuid[]) returns void
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if exists (select from unnest(people) p where not exists (select from profiles where user_id = p))
      or people && app.blocked_by() then perform app.refuse(404, 'NOT_FOUND'); end if;
  if people && app.hidden() then perform app.refuse(403, 'FORBIDDEN'); end if;
end $$;

-- Locks accounts against deletion and against changes of what snapshots contain about them, until the commit.
create function app.lock_accounts(people uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform from profiles where user_id = any (people) order by user_id for key share;
  perform app.lock_people(people, false);
end $$;

-- Locks these accounts and all members of a conversation, then the conversation. Raises serialization_failure
-- when a member joined in between and is not locked: the client then sends the whole batch again, as after a
-- deadlock.
create function app.lock_conversation(conv uuid, people uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  locked uuid[] := people || array(select user_id from conversation_participants
    where conversation_id = conv and state in ('accepted', 'requested'));
begin
  perform app.lock_accounts(locked);
  perform from conversations where id = conv for no key update;
  if exists (select from conversation_participants
      where conversation_id = conv and state in ('accepted', 'requested') and user_id <> all (locked)) then
    raise exception using errcode = 'serialization_failure', message = 'a member joined concurrently';
  end if;
end $$;

-- Makes the accepted member who joined first the admin of a group without admin. Returns that account, else
-- null.
create function app.ensure_admin(wanted uuid) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare new_admin uuid;
begin
  if (select kind from conversations where id = wanted) <> 'group' or exists (select from conversation_participants
      where conversation_id = wanted and role = 'admin' and state = 'accepted') then return null; end if;
  update conversation_participants set role = 'admin' where id = (select id from conversation_participants
    where conversation_id = wanted and state = 'accepted' order by joined_at, id limit 1) returning user_id into new_admin;
  return new_admin;
end $$;

-- Adds members: 'accepted' if the account follows the viewer, else 'requested'. Older messages do not count
-- as unread.
--   Raises RATE_LIMITED above 50 invitations to strangers a day, over all conversations. A stranger is an
--     invited account that has not accepted, also after it was removed again. An advisory lock serialises the
--     invitations of one viewer, so that concurrent ones are counted.
create function app.add_members(wanted uuid, people uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me uuid := app.viewer();
  strangers uuid[] := array(select p from unnest(people) p
    where not exists (select from user_follows f where f.follower_id = p and f.following_id = me));
begin
  if cardinality(strangers) > 0 then
    perform pg_advisory_xact_lock(hashtextextended(me::text, 2));
    if cardinality(strangers) + (select count(*) from conversation_participants
        where invited_by = me and joined_at > now() - interval '1 day' and state <> 'accepted'
          and not (conversation_id = wanted and user_id = any (strangers))) > 50 then
      perform app.refuse(429, 'RATE_LIMITED');
    end if;
  end if;
  insert into conversation_participants as p (conversation_id, user_id, state, last_read_seq, delivered_seq, invited_by)
      select c.id, u.user_id, case when u.user_id = any (strangers) then 'requested' else 'accepted' end,
        c.last_message_seq, c.last_message_seq, case when u.user_id = any (strangers) then me end
      from conversations c, profiles u where c.id = wanted and u.user_id = any (people) order by u.user_id
    on conflict (conversation_id, user_id) do update set state = excluded.state, role = 'member', is_muted = false, joined_at = now(),
      invited_by = excluded.invited_by,
      last_read_seq = greatest(p.last_read_seq, excluded.last_read_seq), delivered_seq = greatest(p.delivered_seq, excluded.delivered_seq), unread = 0;
end $$;

-- Stores the id of the opened conversation in the transaction's settings, for the statement that returns the
-- response.
create function app.set_opened_conversation(opened uuid, is_new boolean) returns uuid language plpgsql as $$
begin
  perform set_config('app.opened', opened::text, true), set_config('app.opened_is_new', is_new::text, true);
  return opened;
end $$;
grant execute on function app.set_opened_conversation(uuid, boolean) to plaza_internal;

-- Opens the direct conversation with another account. There is one for every two accounts. Opening it again
-- restores a viewer who declined or left; a declined request of the other account stays declined.
create function app.open_direct_conversation(other uuid) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me uuid := app.viewer();
  pair text := least(me, other) || ':' || greatest(me, other);
  conv uuid;
begin
  select id into conv from conversations where pair_key = pair;
  if conv is null then
    insert into conversations (kind, pair_key, created_by, version) values ('direct', pair, me, 0)
      on conflict (pair_key) do nothing returning id into conv;
    if conv is not null then
      insert into conversation_participants (conversation_id, user_id, state) values (conv, me, 'accepted');
      perform app.add_members(conv, array[other]);
      perform app.publish_conversation_snapshots(array[conv], null);
      return app.set_opened_conversation(conv, true);
    end if;
    select id into conv from conversations where pair_key = pair; -- the other account opened it concurrently
  end if;
  perform from conversations where id = conv for no key update;
  update conversation_participants set state = 'accepted'
    where conversation_id = conv and user_id = me and state in ('declined', 'left', 'removed');
  if found then perform app.publish_conversation_snapshots(array[conv], null); end if;
  return app.set_opened_conversation(conv, false);
end $$;

-- Opens a direct conversation, or a group of up to 100 members. Raises VALIDATION_FAILED without another
-- account or for a name over 80 characters, NOT_FOUND or FORBIDDEN (app.require_reachable), RATE_LIMITED
-- (app.add_members).
create function app.open_conversation(others uuid[], wanted_name text) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me uuid := app.viewer();
  people uuid[] := array(select distinct p from unnest(others) p where p <> app.viewer() order by 1);
  title text := nullif(btrim(wanted_name), '');
  conv uuid;
begin
  if me is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  if cardinality(people) not between 1 and 99 or length(title) > 80 then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  perform app.lock_accounts(people || me);
  perform app.require_reachable(people);
  if cardinality(people) = 1 and title is null then return app.open_direct_conversation(people[1]); end if;
  insert into conversations (kind, name, created_by, version) values ('group', title, me, 0) returning id into conv;
  insert into conversation_participants (conversation_id, user_id, state, role) values (conv, me, 'accepted', 'admin');
  perform app.add_members(conv, people);
  perform app.publish_conversation_snapshots(array[conv], app.cause_json('created', people, title, me));
  return app.set_opened_conversation(conv, true);
end $$;

-- Renames a group; null removes the name. Admins only.
create function app.rename_conversation(conv uuid, wanted text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare title text := nullif(btrim(wanted), '');
begin
  perform app.require_admin(conv);
  if length(title) > 80 then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  update conversations set name = title where id = conv and name is distinct from title;
  if found then perform app.publish_conversation_snapshots(array[conv], app.cause_json('renamed', '{}', title, app.viewer())); end if;
end $$;

-- Adds members to a group of at most 100 (else CONFLICT). Skips current members, and accounts that declined,
-- unless they follow the viewer now: they can still accept by themselves.
create function app.add_participants(conv uuid, others uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  people uuid[] := array(select distinct p from unnest(others) p where p is not null order by 1);
begin
  if cardinality(people) not between 1 and 99 then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  perform app.lock_conversation(conv, people);
  perform app.require_admin(conv);
  people := array(select p from unnest(people) p where not exists (select from conversation_participants c
    where c.conversation_id = conv and c.user_id = p and c.state in ('accepted', 'requested')));
  perform app.require_reachable(people);
  people := array(select p from unnest(people) p where not exists (select from conversation_participants c
      where c.conversation_id = conv and c.user_id = p and c.state = 'declined')
    or exists (select from user_follows where follower_id = p and following_id = app.viewer()));
  if cardinality(people) = 0 then return; end if;
  if cardinality(people) + (select count(*) from conversation_participants
      where conversation_id = conv and state in ('accepted', 'requested')) > 100 then perform app.refuse(409, 'CONFLICT'); end if;
  perform app.add_members(conv, people);
  perform app.publish_conversation_snapshots(array[conv], app.cause_json('added', people, null, app.viewer()));
end $$;

-- Removes the viewer from a conversation. Publishes a 'left' notice in a group, and a 'promoted' one for a
-- new admin.
create function app.leave_conversation(conv uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me conversation_participants := app.require_member(conv);
  is_group boolean := (select kind = 'group' from conversations where id = conv);
  new_admin uuid;
begin
  -- A member who has not accepted declines instead, without a notice.
  update conversation_participants set state = case me.state when 'accepted' then 'left' else 'declined' end, role = 'member', unread = 0
    where id = me.id;
  perform app.publish_conversation_snapshots(array[conv],
    case when is_group and me.state = 'accepted' then app.cause_json('left', array[me.user_id], null, me.user_id) end);
  new_admin := app.ensure_admin(conv);
  if new_admin is not null then
    perform app.publish_conversation_snapshots(array[conv], app.cause_json('promoted', array[new_admin], null, null));
  end if;
end $$;

-- Removes another member from a group (admins only), or lets the viewer leave.
create function app.remove_participant(conv uuid, other uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if other = app.viewer() then
    perform app.leave_conversation(conv);
    return;
  end if;
  perform app.require_admin(conv);
  update conversation_participants set state = 'removed', role = 'member', unread = 0
    where conversation_id = conv and user_id = other and state in ('accepted', 'requested');
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  perform app.publish_conversation_snapshots(array[conv], app.cause_json('removed', array[other], null, app.viewer()));
end $$;

-- Sets a member's role. CONFLICT for the last admin, who can only leave, and for a member who has not
-- accepted.
create function app.set_participant_role(conv uuid, other uuid, wanted text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  target conversation_participants;
begin
  perform app.require_admin(conv);
  if wanted is null or wanted not in ('admin', 'member') then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  select * into target from conversation_participants
    where conversation_id = conv and user_id = other and state in ('accepted', 'requested');
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  if target.role = wanted then return; end if;
  if target.state <> 'accepted' or (wanted = 'member' and not exists (select from conversation_participants
      where conversation_id = conv and role = 'admin' and state = 'accepted' and user_id <> other)) then
    perform app.refuse(409, 'CONFLICT');
  end if;
  update conversation_participants set role = wanted where id = target.id;
  perform app.publish_conversation_snapshots(array[conv],
    app.cause_json(case wanted when 'admin' then 'promoted' else 'demoted' end, array[other], null, app.viewer()));
end $$;

-- Accepts or declines a request. A declined request can still be accepted; declining an accepted one is a
-- CONFLICT.
create function app.answer_request(conv uuid, accepts boolean) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  if accepts is null then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  perform app.lock_conversation(conv, array[app.viewer()]);
  select * into me from conversation_participants
    where conversation_id = conv and user_id = app.viewer() and state in ('accepted', 'requested', 'declined');
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  if me.state = 'accepted' and not accepts then perform app.refuse(409, 'CONFLICT'); end if;
  if me.state = (case when accepts then 'accepted' else 'declined' end) then return; end if;
  update conversation_participants set state = case when accepts then 'accepted' else 'declined' end,
    unread = case when accepts then unread else 0 end where id = me.id;
  perform app.ensure_admin(conv);
  perform app.publish_conversation_snapshots(array[conv], null);
end $$;

-- Silences a conversation for the viewer: its messages do not count in the viewer's total of unread messages.
create function app.silence_conversation(conv uuid, wanted boolean) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants := app.require_member(conv);
begin
  if wanted is null then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  if me.is_muted = wanted then return; end if;
  update conversation_participants set is_muted = wanted where id = me.id;
  perform app.publish_conversation_snapshots(array[conv], null);
end $$;
grant execute on function app.open_conversation(uuid[], text), app.rename_conversation(uuid, text), app.add_participants(uuid, uuid[]),
  app.leave_conversation(uuid), app.remove_participant(uuid, uuid), app.set_participant_role(uuid, uuid, text),
  app.answer_request(uuid, boolean), app.silence_conversation(uuid, boolean) to plaza_app;

call app.transfer_function_ownership();

-- migrate:down
drop function app.silence_conversation(uuid, boolean), app.answer_request(uuid, boolean), app.set_participant_role(uuid, uuid, text),
  app.remove_participant(uuid, uuid), app.leave_conversation(uuid), app.add_participants(uuid, uuid[]), app.rename_conversation(uuid, text),
  app.open_conversation(uuid[], text), app.open_direct_conversation(uuid), app.set_opened_conversation(uuid, boolean), app.add_members(uuid, uuid[]),
  app.ensure_admin(uuid), app.lock_conversation(uuid, uuid[]), app.lock_accounts(uuid[]), app.require_reachable(uuid[]), app.require_admin(uuid), app.require_member(uuid);
