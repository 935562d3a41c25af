-- Messages: the archive of the conversations' rooms. A room assigns the seq (1, 2, 3, ... without gaps) and
-- flushes its messages in batches through app.store_conversation(), the only writer.
--   Sixteen hash partitions by conversation: a page or a batch touches one partition, and (conversation, seq)
--     stays unique.
--   The primary key serves pages of messages; messages_search serves the search.
--   A deleted message keeps its row without content. sender_id is null after the sender's account is deleted.
--   `search` uses the dictionary 'simple', without stemming: one conversation often has several languages.

-- migrate:up
create table messages (
  id uuid not null,
  conversation_id uuid not null references conversations on delete cascade,
  seq bigint not null check (seq > 0),
  sender_id uuid references profiles on delete set null,
  client_id uuid,
  kind text not null check (kind in ('text', 'notice')),
  content text not null check (length(content) <= 4000),
  notice jsonb,
  reply_to_seq bigint check (reply_to_seq > 0),
  -- Account ids by emoji, in the order of reacting.
  reactions jsonb not null default '{}' check (jsonb_typeof(reactions) = 'object'),
  is_deleted boolean not null default false,
  edited_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  search tsvector generated always as (to_tsvector('simple', content)) stored,
  primary key (conversation_id, seq),
  constraint messages_client_id unique (conversation_id, sender_id, client_id),
  constraint messages_only_notices_have_notice check ((kind = 'notice') = (notice is not null)),
  constraint messages_deleted_content_is_empty check (not is_deleted or content = '')
) partition by hash (conversation_id);
create index idx_messages_conversation_created on messages (conversation_id, created_at desc);
create index messages_sender on messages (sender_id);
create index messages_search on messages using gin (search);
call app.force_row_security('messages');
do $$
begin
  for part in 0..15 loop
    execute format('create table messages_%s partition of messages for values with (modulus 16, remainder %s)',
      to_char(part, 'FM00'), part);
    execute format('alter table messages_%s enable row level security', to_char(part, 'FM00'));
    execute format('alter table messages_%s force row level security', to_char(part, 'FM00'));
  end loop;
end $$;

grant select on messages to plaza_app;
create policy messages_viewer_select on messages for select to plaza_app
  using (conversation_id = any ((select app.my_conversations())::uuid[]));

-- A message as a viewer may see it. `hidden`: accounts whose messages and reactions the viewer must not see.
create function app.message_json(m messages, hidden uuid[]) returns jsonb language sql immutable
  return jsonb_build_object('id', (m).id, 'conversationId', (m).conversation_id, 'seq', (m).seq, 'kind', (m).kind,
    'clientId', (m).client_id, 'senderId', (m).sender_id,
    'body', case when (m).is_deleted or coalesce((m).sender_id = any (hidden), false) then '' else (m).content end,
    'notice', (m).notice, 'replyTo', (m).reply_to_seq,
    'reactions', coalesce((select jsonb_agg(jsonb_build_object('emoji', r.emoji, 'userIds', r.shown) order by r.emoji) from (
      select e.key as emoji, (select jsonb_agg(u order by n) from jsonb_array_elements_text(e.value) with ordinality w (u, n)
        where u::uuid <> all (hidden)) as shown from jsonb_each((m).reactions) e) r where r.shown is not null), '[]'),
    'createdAt', app.iso((m).created_at), 'editedAt', app.iso((m).edited_at), 'isDeleted', (m).is_deleted,
    'isHidden', (m).kind = 'text' and coalesce((m).sender_id = any (hidden), false), 'version', (m).version);
-- A message as rooms store it, with nothing hidden.
create function app.stored_message_json(m messages) returns jsonb language sql immutable
  return jsonb_build_object('id', (m).id, 'seq', (m).seq, 'senderId', (m).sender_id, 'clientId', (m).client_id, 'kind', (m).kind,
    'body', (m).content, 'notice', (m).notice, 'replyTo', (m).reply_to_seq, 'reactions', (m).reactions, 'isDeleted', (m).is_deleted,
    'editedAt', app.iso((m).edited_at), 'version', (m).version, 'createdAt', app.iso((m).created_at));
grant execute on function app.message_json(messages, uuid[]) to plaza_app, plaza_service, plaza_internal;
grant execute on function app.stored_message_json(messages) to plaza_service;

-- Copies the newest message to its conversation, for the list. Statement-level: once per batch. Ignores
-- messages older than the one already there.
create function app.update_conversation_on_message() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update conversations c set last_message_seq = m.seq, last_message_at = m.created_at, last_message_sender_id = m.sender_id,
      last_message_kind = m.kind, last_message_notice = m.notice, last_message_is_deleted = m.is_deleted,
      last_message_preview = left(btrim(regexp_replace(m.content, '\s+', ' ', 'g')), 140), updated_at = now()
    from (select distinct on (conversation_id) * from changed_rows order by conversation_id, seq desc) m
    where c.id = m.conversation_id and c.last_message_seq <= m.seq;
  return null;
end $$;
create trigger messages_conversation_after_insert after insert on messages
  referencing new table as changed_rows for each statement execute function app.update_conversation_on_message();
create trigger messages_conversation_after_update after update on messages
  referencing new table as changed_rows for each statement execute function app.update_conversation_on_message();

-- Stores a batch of a room: messages that are new or have a greater version, and members' pointers and unread
-- counts. Idempotent: a repeated or delayed batch changes nothing. Ignores a batch of a deleted conversation;
-- a deleted sender becomes null.
create function app.store_conversation(conv uuid, payload jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  senders uuid[];
  stored_seq bigint;
  newest_seq bigint;
begin
  -- Locks accounts before the conversation, in the same order as the deletion of an account.
  senders := array(select p.user_id from profiles p
    where p.user_id in (select (m ->> 'senderId')::uuid from jsonb_array_elements(payload -> 'messages') m) order by 1 for key share);
  select last_message_seq into stored_seq from conversations where id = conv for no key update;
  if not found then return; end if;

  insert into messages as kept (conversation_id, id, seq, sender_id, client_id, kind, content, notice, reply_to_seq, reactions,
      is_deleted, edited_at, version, created_at)
    select conv, m.id, m.seq, s.id,
      -- A room that lost its storage may assign a second seq to a message it had acknowledged. The first row
      -- keeps the client_id, because it is unique.
      case when not exists (select from messages o where o.conversation_id = conv and o.sender_id = s.id
        and o.client_id = m."clientId" and o.seq <> m.seq) then m."clientId" end,
      m.kind, case when m."isDeleted" then '' else m.body end, m.notice, m."replyTo", m.reactions, m."isDeleted", m."editedAt",
      m.version, m."createdAt"
    from jsonb_to_recordset(payload -> 'messages') as m (id uuid, seq bigint, "senderId" uuid, "clientId" uuid, kind text, body text,
      notice jsonb, "replyTo" bigint, reactions jsonb, "isDeleted" boolean, "editedAt" timestamptz, version int, "createdAt" timestamptz)
    left join unnest(senders) s (id) on s.id = m."senderId"
    order by m.seq
    on conflict (conversation_id, seq) do update set content = excluded.content, reactions = excluded.reactions,
      is_deleted = excluded.is_deleted, edited_at = excluded.edited_at, version = excluded.version, updated_at = now()
      where kept.version < excluded.version;

  -- An unread count computed before newer messages arrived is outdated and is ignored.
  newest_seq := coalesce((select max((m ->> 'seq')::bigint) from jsonb_array_elements(payload -> 'messages') m), stored_seq);
  update conversation_participants p set
      unread = case when g."readSeq" > p.last_read_seq or (g."readSeq" = p.last_read_seq and newest_seq >= stored_seq)
        then g.unread else p.unread end,
      delivered_seq = greatest(p.delivered_seq, g."deliveredSeq"),
      delivered_at = case when g."deliveredSeq" > p.delivered_seq then g."deliveredAt" else p.delivered_at end,
      last_read_seq = greatest(p.last_read_seq, g."readSeq"),
      last_read_at = case when g."readSeq" > p.last_read_seq then g."readAt" else p.last_read_at end
    from jsonb_to_recordset(payload -> 'pointers') as g ("userId" uuid, "deliveredSeq" bigint, "deliveredAt" timestamptz,
      "readSeq" bigint, "readAt" timestamptz, unread int)
    where p.conversation_id = conv and p.user_id = g."userId" and p.state in ('accepted', 'requested');
end $$;
grant execute on function app.store_conversation(uuid, jsonb) to plaza_service;

-- Parses a search box query ("exact phrase", -not, or). The last word matches as a prefix. Null when it has
-- no word to find.
create function app.search_query(search_text text) returns tsquery language plpgsql immutable as $$
declare query tsquery := websearch_to_tsquery('simple', search_text);
begin
  if query::text ~ '''$' and search_text !~ '"\s*$' then query := (query::text || ':*')::tsquery; end if;
  -- A query of negated words alone would match every message.
  return case when querytree(query) not in ('', 'T') then query end;
end $$;
grant execute on function app.search_query(text) to plaza_internal;

-- The viewer's messages that match a query, newest first, before (before_at, before_id) if given. Without
-- deleted messages and messages of hidden accounts. The snippet has [[ and ]] around each match.
create function app.search_messages(search_text text, before_at timestamptz, before_id uuid, most int)
  returns table (view jsonb, at timestamptz, id uuid)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  query tsquery := app.search_query(search_text);
  mine uuid[] := app.my_conversations();
  blocked uuid[] := app.hidden();
  hidden uuid[] := app.hidden_from(app.viewer());
begin
  if query is null or cardinality(mine) = 0 then return; end if;
  return query
    select app.message_json(m, case when c.kind = 'group' then hidden else '{}' end)
        || jsonb_build_object('snippet', ts_headline('simple', m.content, query,
             'StartSel=[[, StopSel=]], ShortWord=0, ' || case when length(m.content) <= 160 then 'HighlightAll=true'
               else 'MaxFragments=1, MaxWords=24, MinWords=12' end)),
      m.created_at, m.id
    from (
      select f.* from messages f
      where f.search @@ query and f.conversation_id = any (mine)
        and (before_at is null or (f.created_at, f.id) < (before_at, before_id))
        and (f.sender_id is null or (f.sender_id <> all (blocked) and (f.sender_id <> all (hidden)
          or exists (select from conversations d where d.id = f.conversation_id and d.kind = 'direct'))))
      order by f.created_at desc, f.id desc limit least(most, 101)
    ) m join conversations c on c.id = m.conversation_id
    order by m.created_at desc, m.id desc;
end $$;
grant execute on function app.search_messages(text, timestamptz, uuid, int) to plaza_app;

call app.transfer_function_ownership();

-- migrate:down
drop function app.search_messages(text, timestamptz, uuid, int), app.search_query(text), app.store_conversation(uuid, jsonb),
  app.stored_message_json(messages), app.message_json(messages, uuid[]);
drop table messages;
drop function app.update_conversation_on_message();
