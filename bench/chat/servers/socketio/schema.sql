-- The same kind of tables as Plaza's, without what a peer may do without: partitions, row security, search.
create table sessions (token text primary key, user_id uuid not null, expires_at timestamptz not null);
create table conversations (
  id uuid primary key,
  last_seq bigint not null default 0,
  last_preview text,
  last_at timestamptz
) with (fillfactor = 70);
create table participants (
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null,
  unread int not null default 0,
  primary key (conversation_id, user_id)
) with (fillfactor = 70);
create table messages (
  id uuid not null default uuidv7(),
  conversation_id uuid not null references conversations on delete cascade,
  seq bigint not null,
  sender_id uuid not null,
  client_id uuid not null,
  content text not null,
  created_at timestamptz not null default now(),
  primary key (conversation_id, seq),
  unique (conversation_id, sender_id, client_id)
);

-- One message, once: its place, its row, what the list shows, and everybody else's unread count.
create function send_message(conv uuid, sender uuid, client uuid, words text)
  returns table (seq bigint, id uuid, at timestamptz, is_new boolean, is_same boolean) language plpgsql as $$
#variable_conflict use_column
declare place bigint;
begin
  update conversations c set last_seq = c.last_seq + 1, last_preview = left(words, 140), last_at = now()
    where c.id = conv and not exists (select from messages m where m.conversation_id = conv and m.sender_id = sender and m.client_id = client)
    returning c.last_seq into place;
  if place is null then
    return query select m.seq, m.id, m.created_at, false, m.content = words from messages m
      where m.conversation_id = conv and m.sender_id = sender and m.client_id = client;
    return;
  end if;
  update participants p set unread = p.unread + 1 where p.conversation_id = conv and p.user_id <> sender;
  return query insert into messages as m (conversation_id, seq, sender_id, client_id, content) values (conv, place, sender, client, words)
    returning m.seq, m.id, m.created_at, true, true;
end $$;
