-- Conversations, their members and read pointers.
--   Postgres owns the membership; the conversation's room owns the messages and their order.
--   conversations: written by the functions of the next migrations. last_message_* is written by the trigger
--     on messages, so that the list needs no join.
--   conversation_participants: one row per member, also after the member has left. Read and delivered
--     pointers and unread counts come from the room in batches (app.store_conversation).
--   Every change that a room needs (members, name, blocks, mutes, read receipt setting, profile names)
--     increments `version` and adds a snapshot of the whole conversation to the outbox. The room applies the
--     snapshot with the greatest version.
--
-- Lock order in all functions: profiles, then app.lock_people, then conversations by id, then other rows.

-- migrate:up
alter table outbox drop constraint outbox_topic_check,
  add constraint outbox_topic_check check (topic ~ '^(user|post|conversation|presence):[0-9a-f-]{36}$');

alter table user_settings add column shares_receipts boolean not null default true;
grant update (shares_receipts) on user_settings to plaza_app;

create table conversations (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('direct', 'group')),
  name text check (length(name) between 1 and 80),
  -- Both ids in order. The unique key keeps two accounts to one direct conversation, also when both open it
  -- at once.
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
  constraint conversations_direct_has_pair_key check ((kind = 'direct') = (pair_key is not null)),
  constraint conversations_only_groups_have_names check (kind = 'group' or name is null)
) with (fillfactor = 70);
create index conversations_creator on conversations (created_by);

-- A row stays when the member leaves, declines or is removed: it keeps the read pointer and the answer.
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
  -- The account that invited a member who did not follow it; null otherwise.
  invited_by uuid references profiles on delete set null,
  unique (conversation_id, user_id)
) with (fillfactor = 70);
-- Serves the daily limit on invitations to strangers (app.add_members).
create index conversation_participants_inviter on conversation_participants (invited_by, joined_at desc) where invited_by is not null;
-- Serves the list and app.my_conversations() as an index-only scan. It has no column that a new message
-- changes.
create index conversation_participants_user on conversation_participants (user_id, state, conversation_id);

call app.force_row_security('conversations');
call app.force_row_security('conversation_participants');

-- Conversations of which the viewer is a member now. Policies call it once per statement.
create function app.my_conversations() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(conversation_id), '{}') from conversation_participants
    where user_id = (select app.viewer()) and state in ('accepted', 'requested');
  end;
grant execute on function app.my_conversations() to plaza_app;

-- Without the preview of the newest message, which a mute or block may hide, and without pointers:
-- app.conversation_views() returns these.
grant select (id, kind, name, created_by, created_at, updated_at, last_message_at, last_message_seq, last_message_kind, version)
  on conversations to plaza_app;
grant select (id, conversation_id, user_id, role, state, joined_at) on conversation_participants to plaza_app;
create policy conversations_viewer_select on conversations for select to plaza_app
  using (id = any ((select app.my_conversations())::uuid[]));
-- Rows of former members are not visible.
create policy conversation_participants_viewer_select on conversation_participants for select to plaza_app
  using (conversation_id = any ((select app.my_conversations())::uuid[]) and state in ('accepted', 'requested'));

-- Advisory locks on accounts. Adding members takes the locks of all members shared; a change of what
-- snapshots contain about an account (block, mute, rename, receipt setting) takes that account's lock
-- exclusively. So the two see each other's changes, and transactions of the same kind do not wait: a thousand
-- accounts can mute one account at the same moment.
create function app.lock_people(people uuid[], is_exclusive boolean) returns void language plpgsql as $$
declare who uuid;
begin
  for who in select distinct p from unnest(people) p order by 1 loop
    if is_exclusive then perform pg_advisory_xact_lock(hashtextextended(who::text, 1));
    else perform pg_advisory_xact_lock_shared(hashtextextended(who::text, 1)); end if;
  end loop;
end $$;
grant execute on function app.lock_people(uuid[], boolean) to plaza_internal;

-- Accounts whose messages are hidden from `who`: a block in either direction, or a mute by `who`.
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

-- The accounts as JSON, ordered by name.
create function app.people_json(people uuid[]) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(jsonb_agg(app.person_json(p) order by p.name, p.user_id), '[]') from profiles p where p.user_id = any (people);
  end;

-- A notice: the change that the room adds to the conversation's messages.
create function app.cause_json(type text, people uuid[], name text, actor uuid) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select jsonb_build_object('type', type, 'people', app.people_json(people), 'name', name, 'actorId', actor);
  end;

-- Snapshot of a conversation for its room: members, pointers, hidden pairs. Null when it does not exist. In a
-- direct conversation a member who declined or left is in `absent`, with the state that the other member
-- still sees: nobody can see that a request was declined.
create function app.conversation_snapshot(wanted uuid) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    with members as (
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
    ), everyone as materialized (select coalesce(array_agg(user_id), '{}') as ids from members),
    pairs as (
      select blocker_id as viewer_id, blocked_id as other_id, true as is_blocked from blocks, everyone
        where blocker_id = any (ids) and blocked_id = any (ids)
      union all
      select blocked_id, blocker_id, true from blocks, everyone where blocker_id = any (ids) and blocked_id = any (ids)
      union all
      select muter_id, muted_id, false from mutes, everyone where muter_id = any (ids) and muted_id = any (ids)
    ), hidden as (select viewer_id, other_id, bool_or(is_blocked) as is_blocked from pairs group by 1, 2)
    select jsonb_build_object('id', c.id, 'kind', c.kind, 'name', c.name, 'createdAt', app.iso(c.created_at), 'createdBy', c.created_by,
      'version', c.version, 'lastSeq', c.last_message_seq,
      'participants', coalesce((select jsonb_agg(view order by joined_at, user_id) from members where is_in), '[]'),
      'absent', coalesce((select jsonb_agg(view order by joined_at, user_id) from members where not is_in), '[]'),
      'declinedBy', coalesce((select jsonb_agg(user_id order by user_id) from members where not is_in), '[]'),
      'hidden', coalesce((select jsonb_agg(jsonb_build_object('viewerId', viewer_id, 'otherId', other_id, 'isBlocked', is_blocked)
        order by viewer_id, other_id) from hidden), '[]'),
      'cause', null)
    from conversations c where c.id = wanted;
  end;
grant execute on function app.conversation_snapshot(uuid) to plaza_service;

-- Increments `version` and adds a snapshot per conversation to the outbox. Locks the rows before reading: of
-- two concurrent changes, the snapshot of the later one contains both.
create function app.publish_conversation_snapshots(changed uuid[], cause jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if cardinality(changed) = 0 then return; end if;
  perform from conversations where id = any (changed) order by id for no key update;
  update conversations set version = version + 1, updated_at = now() where id = any (changed);
  insert into outbox (topic, type, data)
    select 'conversation:' || c.id, 'conversation.snapshot', app.conversation_snapshot(c.id) || jsonb_build_object('cause', cause)
    from conversations c where c.id = any (changed) order by c.id;
end $$;

-- Conversations whose snapshot contains the account; those whose snapshot contains both.
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

-- The newest message as the list shows it. In a group the preview of hidden senders is empty.
create function app.last_message_json(c conversations, hidden uuid[]) returns jsonb language sql immutable
  return case when (c).last_message_seq = 0 then null else jsonb_build_object('seq', (c).last_message_seq, 'kind', (c).last_message_kind,
    'senderId', (c).last_message_sender_id,
    'preview', case when (c).kind = 'group' and (c).last_message_sender_id = any (hidden) then '' else coalesce((c).last_message_preview, '') end,
    'notice', (c).last_message_notice, 'isDeleted', (c).last_message_is_deleted, 'at', app.iso((c).last_message_at)) end;
-- What changes with every message, for one member: newest message, read pointer, unread count.
create function app.member_state_json(c conversations, p conversation_participants, hidden uuid[]) returns jsonb language sql immutable
  return jsonb_build_object('id', (c).id, 'rev', 0, 'lastSeq', (c).last_message_seq, 'lastMessage', app.last_message_json(c, hidden),
    'readSeq', (p).last_read_seq, 'unread', (p).unread);
grant execute on function app.last_message_json(conversations, uuid[]),
  app.member_state_json(conversations, conversation_participants, uuid[]) to plaza_service, plaza_internal;

-- The conversations among `wanted` of which the viewer is a member, with all members and their pointers. Read
-- receipts are included only if both accounts share theirs, never across a block, and not before a request is
-- accepted.
create function app.conversation_views(wanted uuid[]) returns table (id uuid, view jsonb)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    with viewer as materialized (
      select app.viewer() as id, app.hidden() as blocked, app.hidden_from(app.viewer()) as hidden,
        coalesce((select shares_receipts from user_settings where user_id = app.viewer()), true) as shares_receipts
    ), people as (
      select p.conversation_id, jsonb_agg(app.person_json(u) || jsonb_build_object('role', p.role,
        'state', case p.state when 'declined' then 'requested' when 'left' then 'accepted' else p.state end,
        'joinedAt', app.iso(p.joined_at),
        'deliveredSeq', case when k.is_shown then p.delivered_seq else 0 end,
        'deliveredAt', case when k.is_shown then app.iso(p.delivered_at) end,
        'readSeq', case when k.shows_read then p.last_read_seq end,
        'readAt', case when k.shows_read then app.iso(p.last_read_at) end) order by p.joined_at, p.user_id) as views
      from viewer v, conversation_participants p
      join conversations c on c.id = p.conversation_id
      join profiles u on u.user_id = p.user_id
      left join user_settings s on s.user_id = p.user_id,
      lateral (select p.user_id = v.id or (p.state not in ('requested', 'declined') and p.user_id <> all (v.blocked)) as is_shown) t,
      lateral (select t.is_shown, p.user_id = v.id or (t.is_shown and v.shares_receipts and coalesce(s.shares_receipts, true)) as shows_read) k
      where p.conversation_id = any (wanted)
        and (p.state in ('accepted', 'requested') or (c.kind = 'direct' and p.state in ('declined', 'left')))
      group by 1
    )
    select c.id, app.member_state_json(c, me, v.hidden) || jsonb_build_object('kind', c.kind, 'name', c.name,
      'createdAt', app.iso(c.created_at), 'version', c.version, 'participants', people.views,
      'viewer', jsonb_build_object('role', me.role, 'state', me.state, 'isMuted', me.is_muted,
        'canSend', c.kind = 'group' or not exists (select from conversation_participants o
          where o.conversation_id = c.id and o.user_id = any (v.blocked))))
    from viewer v join conversation_participants me on me.user_id = v.id and me.conversation_id = any (wanted) and me.state in ('accepted', 'requested')
    join conversations c on c.id = me.conversation_id
    join people on people.conversation_id = c.id;
  end;
grant execute on function app.conversation_views(uuid[]) to plaza_app;

-- Summaries of the account's conversations for its UserRoom, without the members.
create function app.conversation_summaries(who uuid) returns table (view jsonb)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select app.member_state_json(c, p, h.ids) || jsonb_build_object('state', p.state, 'isMuted', p.is_muted, 'version', c.version)
    from (select app.hidden_from(who) as ids) h, conversation_participants p join conversations c on c.id = p.conversation_id
    where p.user_id = who and p.state in ('accepted', 'requested');
  end;
grant execute on function app.conversation_summaries(uuid) to plaza_service;

call app.transfer_function_ownership();

-- migrate:down
drop function app.conversation_summaries(uuid), app.conversation_views(uuid[]), app.member_state_json(conversations, conversation_participants, uuid[]),
  app.last_message_json(conversations, uuid[]), app.conversations_of_both(uuid, uuid), app.conversations_of(uuid),
  app.publish_conversation_snapshots(uuid[], jsonb), app.conversation_snapshot(uuid), app.cause_json(text, uuid[], text, uuid), app.people_json(uuid[]),
  app.hidden_from(uuid), app.lock_people(uuid[], boolean);
drop policy conversations_viewer_select on conversations;
drop policy conversation_participants_viewer_select on conversation_participants;
drop function app.my_conversations();
drop table conversation_participants, conversations;
alter table user_settings drop column shares_receipts;
do $$
declare migration_role text := current_user;
begin
  set local role plaza_internal;
  delete from outbox where topic ~ '^(conversation|presence):';
  perform set_config('role', migration_role, true);
end $$;
alter table outbox drop constraint outbox_topic_check, add constraint outbox_topic_check check (topic ~ '^(user|post):[0-9a-f-]{36}$');
