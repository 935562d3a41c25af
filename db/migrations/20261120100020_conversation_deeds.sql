-- What a viewer may do to a conversation: open, name, add to, remove from, leave, answer, silence. Nobody writes the
-- tables directly. A conversation that the viewer is not in is NOT_FOUND, whatever is asked of it.
--   In a group its admins rename, add, remove and set roles; when the last admin goes, the longest-standing member follows.
--   Nobody is told that somebody declined: to the others it looks as if the answer was still to come.

-- migrate:up

-- The conversation, held until the commit, if the viewer is in it.
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

-- The same for a group that the viewer is admin of. A conversation of two has nothing to administer.
create function app.require_admin(wanted uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants := app.require_member(wanted);
begin
  if (select kind from conversations where id = wanted) <> 'group' then perform app.refuse(409, 'CONFLICT'); end if;
  if me.role <> 'admin' or me.state <> 'accepted' then perform app.refuse(403, 'FORBIDDEN'); end if;
end $$;

-- Raises NOT_FOUND for people who do not exist for the viewer, FORBIDDEN for those whom the viewer blocked.
create function app.require_reachable(people uuid[]) returns void
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if exists (select from unnest(people) p where not exists (select from profiles where user_id = p))
      or people && app.blocked_by() then perform app.refuse(404, 'NOT_FOUND'); end if;
  if people && app.hidden() then perform app.refuse(403, 'FORBIDDEN'); end if;
end $$;

-- Holds these people in place: their accounts, and what rosters say of them.
create function app.hold_people(people uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform from profiles where user_id = any (people) order by user_id for key share;
  perform app.lock_people(people, false);
end $$;

-- The same together with everybody who is in the conversation, and then the conversation itself. Somebody who came in
-- between is not held: then the whole batch is tried again, as after a deadlock.
create function app.hold_conversation(conv uuid, people uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  held uuid[] := people || array(select user_id from conversation_participants
    where conversation_id = conv and state in ('accepted', 'requested'));
begin
  perform app.hold_people(held);
  perform from conversations where id = conv for no key update;
  if exists (select from conversation_participants
      where conversation_id = conv and state in ('accepted', 'requested') and user_id <> all (held)) then
    raise exception using errcode = 'serialization_failure', message = 'somebody came in meanwhile';
  end if;
end $$;

-- A group goes on with somebody to look after it. Says who that became; null when nothing was needed.
create function app.keep_an_admin(wanted uuid) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare heir uuid;
begin
  if (select kind from conversations where id = wanted) <> 'group' or exists (select from conversation_participants
      where conversation_id = wanted and role = 'admin' and state = 'accepted') then return null; end if;
  update conversation_participants set role = 'admin' where id = (select id from conversation_participants
    where conversation_id = wanted and state = 'accepted' order by joined_at, id limit 1) returning user_id into heir;
  return heir;
end $$;

-- Adds people as they are to be: whoever follows the viewer is in, whoever does not is asked. What was said before they came
-- is not news to them.
--   Whoever writes to many strangers a day, one by one or in groups, is not making friends. Strangers are who were asked and
--   have not said yes, also when they were taken out again. One's own invitations wait for one another, so that they count.
create function app.seat_people(wanted uuid, people uuid[]) returns void
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

-- Notes which conversation this transaction opened, for the statement that answers.
create function app.note_opened(opened uuid, is_new boolean) returns uuid language plpgsql as $$
begin
  perform set_config('app.opened', opened::text, true), set_config('app.opened_is_new', is_new::text, true);
  return opened;
end $$;
grant execute on function app.note_opened(uuid, boolean) to plaza_internal;

-- The conversation of two: theirs for ever. Opening it again brings back a viewer who had declined or left it; a half
-- that declined stays away and is not told of.
create function app.open_direct(other uuid) returns uuid
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
      perform app.seat_people(conv, array[other]);
      perform app.tell_conversations(array[conv], null);
      return app.note_opened(conv, true);
    end if;
    select id into conv from conversations where pair_key = pair; -- the other one opened it at this moment
  end if;
  perform from conversations where id = conv for no key update;
  update conversation_participants set state = 'accepted'
    where conversation_id = conv and user_id = me and state in ('declined', 'left', 'removed');
  if found then perform app.tell_conversations(array[conv], null); end if;
  return app.note_opened(conv, false);
end $$;

-- Opens the conversation with one other person, or a group of up to a hundred. Raises VALIDATION_FAILED when nobody is
-- left to talk to, NOT_FOUND, FORBIDDEN (app.require_reachable), RATE_LIMITED (app.seat_people).
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
  perform app.hold_people(people || me);
  perform app.require_reachable(people);
  if cardinality(people) = 1 and title is null then return app.open_direct(people[1]); end if;
  insert into conversations (kind, name, created_by, version) values ('group', title, me, 0) returning id into conv;
  insert into conversation_participants (conversation_id, user_id, state, role) values (conv, me, 'accepted', 'admin');
  perform app.seat_people(conv, people);
  perform app.tell_conversations(array[conv], app.cause_json('created', people, title, me));
  return app.note_opened(conv, true);
end $$;

create function app.rename_conversation(conv uuid, wanted text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare title text := nullif(btrim(wanted), '');
begin
  perform app.require_admin(conv);
  if length(title) > 80 then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  update conversations set name = title where id = conv and name is distinct from title;
  if found then perform app.tell_conversations(array[conv], app.cause_json('renamed', '{}', title, app.viewer())); end if;
end $$;

-- People who are in it already stay as they are. One who declined comes back by their own will: by following the viewer
-- or by accepting after all.
create function app.add_participants(conv uuid, others uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  people uuid[] := array(select distinct p from unnest(others) p where p is not null order by 1);
begin
  if cardinality(people) not between 1 and 99 then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  perform app.hold_conversation(conv, people);
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
  perform app.seat_people(conv, people);
  perform app.tell_conversations(array[conv], app.cause_json('added', people, null, app.viewer()));
end $$;

create function app.leave_conversation(conv uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me conversation_participants := app.require_member(conv);
  is_group boolean := (select kind = 'group' from conversations where id = conv);
  heir uuid;
begin
  -- One who never said yes does not leave: they decline, and nobody is told.
  update conversation_participants set state = case me.state when 'accepted' then 'left' else 'declined' end, role = 'member', unread = 0
    where id = me.id;
  perform app.tell_conversations(array[conv],
    case when is_group and me.state = 'accepted' then app.cause_json('left', array[me.user_id], null, me.user_id) end);
  heir := app.keep_an_admin(conv);
  if heir is not null then
    perform app.tell_conversations(array[conv], app.cause_json('promoted', array[heir], null, null));
  end if;
end $$;

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
  perform app.tell_conversations(array[conv], app.cause_json('removed', array[other], null, app.viewer()));
end $$;

-- The last admin cannot step down, only leave; who has not accepted yet cannot be one.
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
  perform app.tell_conversations(array[conv],
    app.cause_json(case wanted when 'admin' then 'promoted' else 'demoted' end, array[other], null, app.viewer()));
end $$;

-- Answers a request. One's own no can be taken back; a yes ends by leaving.
create function app.answer_request(conv uuid, accepts boolean) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  if accepts is null then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  perform app.hold_conversation(conv, array[app.viewer()]);
  select * into me from conversation_participants
    where conversation_id = conv and user_id = app.viewer() and state in ('accepted', 'requested', 'declined');
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  if me.state = 'accepted' and not accepts then perform app.refuse(409, 'CONFLICT'); end if;
  if me.state = (case when accepts then 'accepted' else 'declined' end) then return; end if;
  update conversation_participants set state = case when accepts then 'accepted' else 'declined' end,
    unread = case when accepts then unread else 0 end where id = me.id;
  perform app.keep_an_admin(conv);
  perform app.tell_conversations(array[conv], null);
end $$;

create function app.silence_conversation(conv uuid, silent boolean) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare me conversation_participants := app.require_member(conv);
begin
  if silent is null then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  if me.is_muted = silent then return; end if;
  update conversation_participants set is_muted = silent where id = me.id;
  perform app.tell_conversations(array[conv], null);
end $$;
grant execute on function app.open_conversation(uuid[], text), app.rename_conversation(uuid, text), app.add_participants(uuid, uuid[]),
  app.leave_conversation(uuid), app.remove_participant(uuid, uuid), app.set_participant_role(uuid, uuid, text),
  app.answer_request(uuid, boolean), app.silence_conversation(uuid, boolean) to plaza_app;

call app.hand_over_functions();

-- migrate:down
drop function app.silence_conversation(uuid, boolean), app.answer_request(uuid, boolean), app.set_participant_role(uuid, uuid, text),
  app.remove_participant(uuid, uuid), app.leave_conversation(uuid), app.add_participants(uuid, uuid[]), app.rename_conversation(uuid, text),
  app.open_conversation(uuid[], text), app.open_direct(uuid), app.note_opened(uuid, boolean), app.seat_people(uuid, uuid[]),
  app.keep_an_admin(uuid), app.hold_conversation(uuid, uuid[]), app.hold_people(uuid[]), app.require_reachable(uuid[]), app.require_admin(uuid), app.require_member(uuid);
