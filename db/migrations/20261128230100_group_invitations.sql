-- A member who declined or left a group returns only by accepting again, and not while an admin has blocked
-- them. (Before, an admin's invitation made a follower a member again, and a declined invitation could be
-- accepted at any time later.)
--   conversation_participants.may_return_until: a day after declining or leaving; seven days after an admin added
--     the account again, which does not notify it. Written by a trigger and by app.add_participants.
--   app.answer_request also restores a member who left a group.
--   app.remove_participant also ends a declined invitation.
--   A removed stranger can be invited again a day after the last invitation.

-- migrate:up
alter table conversation_participants add column may_return_until timestamptz;

create function app.set_return_deadline() returns trigger language plpgsql as $$
begin
  new.may_return_until := case when new.state in ('declined', 'left') then now() + interval '1 day' end;
  return new;
end $$;
create trigger conversation_participants_return_before_update before update of state on conversation_participants
  for each row when (old.state <> new.state) execute function app.set_return_deadline();

drop function app.add_participants(uuid, uuid[]), app.remove_participant(uuid, uuid), app.answer_request(uuid, boolean);

-- Whether an admin of the group and this account have blocked each other, in either direction.
create function app.is_blocked_by_admin(conv uuid, who uuid) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select exists (select from conversations c join conversation_participants p on p.conversation_id = c.id
        join blocks b on (b.blocker_id = p.user_id and b.blocked_id = who) or (b.blocker_id = who and b.blocked_id = p.user_id)
      where c.id = conv and c.kind = 'group' and p.role = 'admin' and p.state = 'accepted' and p.user_id <> who);
  end;

-- Adds members to a group of at most 100 (else CONFLICT). Skips these without an error, because an error would
-- reveal which they are: current members; accounts that declined or left, which may then return by themselves for
-- seven days; accounts across a block with an admin. RATE_LIMITED for a stranger who was invited within the last day
-- and removed.
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
  people := array(select p from unnest(people) p where not app.is_blocked_by_admin(conv, p));
  update conversation_participants set may_return_until = now() + interval '7 days'
    where conversation_id = conv and user_id = any (people) and state in ('declined', 'left');
  people := array(select p from unnest(people) p where not exists (select from conversation_participants c
      where c.conversation_id = conv and c.user_id = p and c.state in ('declined', 'left')));
  if cardinality(people) = 0 then return; end if;
  if exists (select from conversation_participants c where c.conversation_id = conv and c.user_id = any (people)
      and c.invited_by is not null and c.joined_at > now() - interval '1 day'
      and not exists (select from user_follows f where f.follower_id = c.user_id and f.following_id = app.viewer())) then
    perform app.refuse(429, 'RATE_LIMITED');
  end if;
  if cardinality(people) + (select count(*) from conversation_participants
      where conversation_id = conv and state in ('accepted', 'requested')) > 100 then perform app.refuse(409, 'CONFLICT'); end if;
  perform app.add_members(conv, people);
  perform app.publish_conversation_snapshots(array[conv], app.cause_json('added', people, null, app.viewer()));
end $$;

-- Removes another member from a group (admins only), also one who declined, or lets the viewer leave.
create function app.remove_participant(conv uuid, other uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare before conversation_participants;
begin
  if other = app.viewer() then
    perform app.leave_conversation(conv);
    return;
  end if;
  -- A concurrent acceptance is either finished before, or finds the account removed.
  perform app.lock_conversation(conv, array[other]);
  perform app.require_admin(conv);
  select * into before from conversation_participants
    where conversation_id = conv and user_id = other and state in ('accepted', 'requested', 'declined', 'left');
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  update conversation_participants set state = 'removed', role = 'member', unread = 0 where id = before.id;
  -- Nobody sees that an invitation was declined, so its removal is not published.
  if before.state in ('accepted', 'requested') then
    perform app.publish_conversation_snapshots(array[conv], app.cause_json('removed', array[other], null, app.viewer()));
  end if;
end $$;

-- Accepts or declines a request. Accepting also restores a member who declined or left a group, until
-- may_return_until. CONFLICT for declining an accepted request and for a group that is full; NOT_FOUND for a removed
-- member, after that time, and while an admin and the viewer have blocked each other.
create function app.answer_request(conv uuid, accepts boolean) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me conversation_participants;
  is_group boolean;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  if accepts is null then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  perform app.lock_conversation(conv, array[app.viewer()]);
  select kind = 'group' into is_group from conversations where id = conv;
  select * into me from conversation_participants
    where conversation_id = conv and user_id = app.viewer()
      and (state in ('accepted', 'requested', 'declined') or (state = 'left' and is_group and accepts));
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  if me.state = 'accepted' and not accepts then perform app.refuse(409, 'CONFLICT'); end if;
  if me.state = (case when accepts then 'accepted' else 'declined' end) then return; end if;
  if accepts and is_group then
    if app.is_blocked_by_admin(conv, app.viewer()) or (me.state in ('declined', 'left') and coalesce(me.may_return_until < now(), true)) then
      perform app.refuse(404, 'NOT_FOUND');
    end if;
    if me.state in ('declined', 'left') and (select count(*) from conversation_participants
        where conversation_id = conv and state in ('accepted', 'requested')) >= 100 then perform app.refuse(409, 'CONFLICT'); end if;
  end if;
  update conversation_participants set state = case when accepts then 'accepted' else 'declined' end,
    unread = case when accepts then unread else 0 end, joined_at = case me.state when 'left' then now() else joined_at end,
    -- Messages of the time outside do not count as unread.
    last_read_seq = case me.state when 'left' then greatest(last_read_seq, (select last_message_seq from conversations where id = conv)) else last_read_seq end
    where id = me.id;
  perform app.ensure_admin(conv);
  perform app.publish_conversation_snapshots(array[conv],
    case me.state when 'left' then app.cause_json('added', array[me.user_id], null, me.user_id) end);
end $$;

grant execute on function app.add_participants(uuid, uuid[]), app.remove_participant(uuid, uuid), app.answer_request(uuid, boolean)
  to plaza_app;

call app.transfer_function_ownership();

-- migrate:down
drop trigger conversation_participants_return_before_update on conversation_participants;
drop function app.set_return_deadline();
alter table conversation_participants drop column may_return_until;
drop function app.add_participants(uuid, uuid[]), app.remove_participant(uuid, uuid), app.answer_request(uuid, boolean);
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
drop function app.is_blocked_by_admin(uuid, uuid);
grant execute on function app.add_participants(uuid, uuid[]), app.remove_participant(uuid, uuid), app.answer_request(uuid, boolean)
  to plaza_app;

call app.transfer_function_ownership();
