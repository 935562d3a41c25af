-- Conversations: who talks with whom, and how far each of them has read.
--   Postgres alone says who is in one; the conversation's room says what is said in it, and in which order.
--   Every change of what a room has to know (people, name, blocks, mutes, receipts, names) raises `version` and leaves
--   the whole roster in the outbox: the room takes the one with the greatest version.
--   last_message_* is kept by the trigger on messages, so that the list needs no second table.
--
-- Locks are taken in one order by everybody: profiles, then app.lock_people, then conversations by id, then the rest.

-- migrate:up
alter table outbox drop constraint outbox_topic_check,
  add constraint outbox_topic_check check (topic ~ '^(user|post|conversation|presence):[0-9a-f-]{36}$');

alter table user_settings add column shares_receipts boolean not null default true;
grant update (shares_receipts) on user_settings to plaza_app;

create table conversations (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('direct', 'group')),
  name text check (length(name) between 1 and 80),
  -- Both ids in order: two people have one conversation, whoever opens it, and be it both at once.
  pair_key text unique check (length(pair_key) = 73),
  created_by uuid references profiles on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_message_preview text check (length(last_message_preview) <= 140),
  last_message_at timestamptz,
  last_message_seq bigint not null default 0 check (last_message_seq >= 0),
  last_message_sender_id uuid,
  last_message_kind text check (last_message_kind in ('text', 'notice')),
  last_message_notice jsonb,
  last_message_is_deleted boolean not null default false,
  version bigint not null default 1,
  constraint two_are_a_pair check ((kind = 'direct') = (pair_key is not null)),
  constraint only_a_group_has_a_name check (kind = 'group' or name is null)
) with (fillfactor = 70);
create index conversations_creator on conversations (created_by);

-- Rows stay when their person leaves, declines or is removed: how far they had read, and that they said no.
create table conversation_participants (
  id uuid primary key default uuidv7(),
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null references profiles on delete cascade,
  role text not null default 'member' check (role in ('admin', 'member')),
  state text not null check (state in ('accepted', 'requested', 'declined', 'left', 'removed')),
  is_muted boolean not null default false,
  joined_at timestamptz not null default now(),
  last_read_at timestamptz,
  last_read_seq bigint not null default 0,
  delivered_seq bigint not null default 0,
  delivered_at timestamptz,
  unread int not null default 0 check (unread >= 0),
  -- Who asked somebody that did not follow them; null for all others.
  invited_by uuid references profiles on delete set null,
  unique (conversation_id, user_id)
) with (fillfactor = 70);
-- Serves the daily limit on writing to strangers.
create index conversation_participants_inviter on conversation_participants (invited_by, joined_at desc) where invited_by is not null;
-- Serves the list and app.my_conversations() from the index alone. No column that moves with a message is in it.
create index conversation_participants_user on conversation_participants (user_id, state, conversation_id);

call app.protect('conversations');
call app.protect('conversation_participants');

-- Conversations that the viewer is in now. Policies call it once per statement.
create function app.my_conversations() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(conversation_id), '{}') from conversation_participants
    where user_id = (select app.viewer()) and state in ('accepted', 'requested');
  end;
grant execute on function app.my_conversations() to plaza_app;

-- Not the words of the newest message, which a mute or a block may hide, and nobody's pointers: app.conversation_views tells these.
grant select (id, kind, name, created_by, created_at, updated_at, last_message_at, last_message_seq, last_message_kind, version)
  on conversations to plaza_app;
grant select (id, conversation_id, user_id, role, state, joined_at) on conversation_participants to plaza_app;
create policy conversations_viewer_select on conversations for select to plaza_app
  using (id = any ((select app.my_conversations())::uuid[]));
-- Who declined, left or was removed is nobody's business.
create policy conversation_participants_viewer_select on conversation_participants for select to plaza_app
  using (conversation_id = any ((select app.my_conversations())::uuid[]) and state in ('accepted', 'requested'));

-- Whoever brings people into a conversation shares the locks of everybody in it; who changes what rosters say of them (blocks,
-- mutes, renames, shows no receipts) holds their own alone. So neither overlooks the other, and nobody waits for others of
-- their kind: a thousand people may mute one at once.
create function app.lock_people(people uuid[], is_alone boolean) returns void language plpgsql as $$
declare who uuid;
begin
  for who in select distinct p from unnest(people) p order by 1 loop
    if is_alone then perform pg_advisory_xact_lock(hashtextextended(who::text, 1));
    else perform pg_advisory_xact_lock_shared(hashtextextended(who::text, 1)); end if;
  end loop;
end $$;
grant execute on function app.lock_people(uuid[], boolean) to plaza_internal;

-- Whose words `who` does not see: a block either way, or a mute of their own.
create function app.hidden_from(who uuid) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(h.other), '{}') from (
      select blocked_id as other from blocks where blocker_id = who
      union all
      select blocker_id from blocks where blocked_id = who
      union all
      select muted_id from mutes where muter_id = who
    ) h;
  end;

create function app.people_json(people uuid[]) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(jsonb_agg(app.person_json(p) order by p.name, p.user_id), '[]') from profiles p where p.user_id = any (people);
  end;

-- What a conversation tells of a change, in its messages.
create function app.cause_json(type text, people uuid[], name text, actor uuid) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select jsonb_build_object('type', type, 'people', app.people_json(people), 'name', name, 'actorId', actor);
  end;

-- A conversation's whole roster, for its room; null when there is none. In a direct one the half that declined or left
-- stands in `absent`, as the other half goes on seeing it: that somebody declined is told to nobody.
create function app.conversation_snapshot(wanted uuid) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    with roster as (
      select p.user_id, p.state in ('accepted', 'requested') as is_in, p.joined_at,
        app.person_json(u) || jsonb_build_object('role', p.role,
          'state', case p.state when 'declined' then 'requested' when 'left' then 'accepted' else p.state end,
          'joinedAt', app.iso(p.joined_at), 'isMuted', p.is_muted, 'sharesReceipts', coalesce(s.shares_receipts, true),
          'deliveredSeq', p.delivered_seq, 'deliveredAt', app.iso(p.delivered_at),
          'readSeq', p.last_read_seq, 'readAt', app.iso(p.last_read_at), 'unread', p.unread) as view
      from conversations c join conversation_participants p on p.conversation_id = c.id
      join profiles u on u.user_id = p.user_id
      left join user_settings s on s.user_id = p.user_id
      where c.id = wanted and (p.state in ('accepted', 'requested') or (c.kind = 'direct' and p.state in ('declined', 'left')))
    ), everybody as materialized (select coalesce(array_agg(user_id), '{}') as ids from roster),
    pairs as (
      select blocker_id as viewer_id, blocked_id as other_id, true as is_blocked from blocks, everybody
        where blocker_id = any (ids) and blocked_id = any (ids)
      union all
      select blocked_id, blocker_id, true from blocks, everybody where blocker_id = any (ids) and blocked_id = any (ids)
      union all
      select muter_id, muted_id, false from mutes, everybody where muter_id = any (ids) and muted_id = any (ids)
    ), hidden as (select viewer_id, other_id, bool_or(is_blocked) as is_blocked from pairs group by 1, 2)
    select jsonb_build_object('id', c.id, 'kind', c.kind, 'name', c.name, 'createdAt', app.iso(c.created_at), 'createdBy', c.created_by,
      'version', c.version, 'lastSeq', c.last_message_seq,
      'participants', coalesce((select jsonb_agg(view order by joined_at, user_id) from roster where is_in), '[]'),
      'absent', coalesce((select jsonb_agg(view order by joined_at, user_id) from roster where not is_in), '[]'),
      'declinedBy', coalesce((select jsonb_agg(user_id order by user_id) from roster where not is_in), '[]'),
      'hidden', coalesce((select jsonb_agg(jsonb_build_object('viewerId', viewer_id, 'otherId', other_id, 'isBlocked', is_blocked)
        order by viewer_id, other_id) from hidden), '[]'),
      'cause', null)
    from conversations c where c.id = wanted;
  end;
grant execute on function app.conversation_snapshot(uuid) to plaza_service;

-- Tells the rooms of these conversations what is true now. The rows are locked before anything is read: of two changes at
-- once the later one tells of both.
create function app.tell_conversations(changed uuid[], cause jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if cardinality(changed) = 0 then return; end if;
  perform from conversations where id = any (changed) order by id for no key update;
  update conversations set version = version + 1, updated_at = now() where id = any (changed);
  insert into outbox (topic, type, data)
    select 'conversation:' || c.id, 'conversation.snapshot', app.conversation_snapshot(c.id) || jsonb_build_object('cause', cause)
    from conversations c where c.id = any (changed) order by c.id;
end $$;

-- Conversations whose roster names this person; those that name both.
create function app.conversations_of(who uuid) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(p.conversation_id), '{}') from conversation_participants p join conversations c on c.id = p.conversation_id
    where p.user_id = who and (p.state in ('accepted', 'requested') or c.kind = 'direct');
  end;
create function app.conversations_of_both(one uuid, other uuid) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(c.id), '{}') from conversation_participants a
    join conversation_participants b on b.conversation_id = a.conversation_id and b.user_id = other
    join conversations c on c.id = a.conversation_id
    where a.user_id = one and (c.kind = 'direct' or (a.state in ('accepted', 'requested') and b.state in ('accepted', 'requested')));
  end;

-- The newest message as a list shows it: in a group without the words of those who are hidden.
create function app.last_message_json(c conversations, hidden uuid[]) returns jsonb language sql immutable
  return case when (c).last_message_seq = 0 then null else jsonb_build_object('seq', (c).last_message_seq, 'kind', (c).last_message_kind,
    'senderId', (c).last_message_sender_id,
    'preview', case when (c).kind = 'group' and (c).last_message_sender_id = any (hidden) then '' else coalesce((c).last_message_preview, '') end,
    'notice', (c).last_message_notice, 'isDeleted', (c).last_message_is_deleted, 'at', app.iso((c).last_message_at)) end;
create function app.conversation_numbers_json(c conversations, p conversation_participants, hidden uuid[]) returns jsonb language sql immutable
  return jsonb_build_object('id', (c).id, 'rev', 0, 'lastSeq', (c).last_message_seq, 'lastMessage', app.last_message_json(c, hidden),
    'readSeq', (p).last_read_seq, 'unread', (p).unread);
grant execute on function app.last_message_json(conversations, uuid[]),
  app.conversation_numbers_json(conversations, conversation_participants, uuid[]) to plaza_service, plaza_internal;

-- Those of the wanted conversations that the viewer is in, whole: everybody in them, and of each how far they have read as
-- far as it is for the viewer to know. Receipts go both ways or not at all, never across a block, and not before a request
-- is accepted.
create function app.conversation_views(wanted uuid[]) returns table (id uuid, view jsonb)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    with viewer as materialized (
      select app.viewer() as id, app.hidden() as blocked, app.hidden_from(app.viewer()) as hidden,
        coalesce((select shares_receipts from user_settings where user_id = app.viewer()), true) as shares
    ), people as (
      select p.conversation_id, jsonb_agg(app.person_json(u) || jsonb_build_object('role', p.role,
        'state', case p.state when 'declined' then 'requested' when 'left' then 'accepted' else p.state end,
        'joinedAt', app.iso(p.joined_at),
        'deliveredSeq', case when k.is_told then p.delivered_seq else 0 end,
        'deliveredAt', case when k.is_told then app.iso(p.delivered_at) end,
        'readSeq', case when k.shows then p.last_read_seq end,
        'readAt', case when k.shows then app.iso(p.last_read_at) end) order by p.joined_at, p.user_id) as views
      from viewer v, conversation_participants p
      join conversations c on c.id = p.conversation_id
      join profiles u on u.user_id = p.user_id
      left join user_settings s on s.user_id = p.user_id,
      lateral (select p.user_id = v.id or (p.state not in ('requested', 'declined') and p.user_id <> all (v.blocked)) as is_told) t,
      lateral (select t.is_told, p.user_id = v.id or (t.is_told and v.shares and coalesce(s.shares_receipts, true)) as shows) k
      where p.conversation_id = any (wanted)
        and (p.state in ('accepted', 'requested') or (c.kind = 'direct' and p.state in ('declined', 'left')))
      group by 1
    )
    select c.id, app.conversation_numbers_json(c, me, v.hidden) || jsonb_build_object('kind', c.kind, 'name', c.name,
      'createdAt', app.iso(c.created_at), 'version', c.version, 'participants', people.views,
      'viewer', jsonb_build_object('role', me.role, 'state', me.state, 'isMuted', me.is_muted,
        'canSend', c.kind = 'group' or not exists (select from conversation_participants o
          where o.conversation_id = c.id and o.user_id = any (v.blocked))))
    from viewer v join conversation_participants me on me.user_id = v.id and me.conversation_id = any (wanted) and me.state in ('accepted', 'requested')
    join conversations c on c.id = me.conversation_id
    join people on people.conversation_id = c.id;
  end;
grant execute on function app.conversation_views(uuid[]) to plaza_app;

-- All that an account's own room knows of its conversations, without the people in them.
create function app.chats_of(who uuid) returns table (view jsonb)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select app.conversation_numbers_json(c, p, h.ids) || jsonb_build_object('state', p.state, 'isMuted', p.is_muted, 'version', c.version)
    from (select app.hidden_from(who) as ids) h, conversation_participants p join conversations c on c.id = p.conversation_id
    where p.user_id = who and p.state in ('accepted', 'requested');
  end;
grant execute on function app.chats_of(uuid) to plaza_service;

call app.hand_over_functions();

-- migrate:down
drop function app.chats_of(uuid), app.conversation_views(uuid[]), app.conversation_numbers_json(conversations, conversation_participants, uuid[]),
  app.last_message_json(conversations, uuid[]), app.conversations_of_both(uuid, uuid), app.conversations_of(uuid),
  app.tell_conversations(uuid[], jsonb), app.conversation_snapshot(uuid), app.cause_json(text, uuid[], text, uuid), app.people_json(uuid[]),
  app.hidden_from(uuid), app.lock_people(uuid[], boolean);
drop policy conversations_viewer_select on conversations;
drop policy conversation_participants_viewer_select on conversation_participants;
drop function app.my_conversations();
drop table conversation_participants, conversations;
alter table user_settings drop column shares_receipts;
do $$
declare maker text := current_user;
begin
  set local role plaza_internal;
  delete from outbox where topic ~ '^(conversation|presence):';
  perform set_config('role', maker, true);
end $$;
alter table outbox drop constraint outbox_topic_check, add constraint outbox_topic_check check (topic ~ '^(user|post):[0-9a-f-]{36}$');
