-- The outbox: what the rooms have to hear, written by triggers in the transaction that made it true.
--   Owner: triggers insert. Drained by the Worker right after the commit and by OutboxRoom for whatever a crash left.
--   A row tells its own story: attempts, next attempt, last error; after ten failures it is parked and blocks nobody.
--
-- Idempotency keys: one row per (person, key), claimed inside the write's own transaction, with the answer that
-- was given. A repeated request is answered from here by the exception PZ200, so a replay costs the same one trip.

-- migrate:up
create table outbox (
  id uuid primary key default uuidv7(),
  tx xid8 not null default pg_current_xact_id(),
  topic text not null check (topic ~ '^(user|post):[0-9a-f-]{36}$'),
  type text not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  attempts int not null default 0,
  -- The Worker that wrote the row delivers it at once; the drainer waits this long before it steps in.
  next_attempt_at timestamptz not null default clock_timestamp() + interval '5 seconds',
  last_error text,
  parked_at timestamptz
);
create index outbox_tx on outbox (tx);
create index outbox_due on outbox (next_attempt_at, id) where parked_at is null;
call app.protect('outbox');

create function app.emit(topic text, type text, data jsonb) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    insert into outbox (topic, type, data) values (emit.topic, emit.type, emit.data);
  end;
grant execute on function app.emit(text, text, jsonb) to plaza_internal;

-- The outbox rows of the running transaction, and of no other: the last statement of every batch.
create function app.collect_outbox() returns table (id uuid, topic text, type text, data jsonb, created_at text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select o.id, o.topic, o.type, o.data, app.iso(o.created_at) from outbox o
    where o.tx = pg_current_xact_id_if_assigned() order by o.id;
  end;
grant execute on function app.collect_outbox() to plaza_app, plaza_service;

-- Rows that their rooms have written down, forgotten by the next write of the same Worker: no trip of its own. A row that
-- the drainer holds at this moment is left to it, so that nobody's write waits for a delivery.
create function app.forget_outbox(delivered uuid[]) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    delete from outbox where id in (select o.id from outbox o where o.id = any (delivered) for update skip locked);
  end;
grant execute on function app.forget_outbox(uuid[]) to plaza_app;

create table idempotency_keys (
  user_id uuid not null,
  key text not null check (length(key) between 8 and 128),
  fingerprint text not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
call app.protect('idempotency_keys');

-- Claims a key for the viewer. A key seen before with the same request raises PZ200 with the kept answer as detail;
-- with another request it raises a conflict. Two at once: the second waits for the first one's commit.
create function app.claim_idempotency(wanted_key text, wanted_fingerprint text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare kept idempotency_keys;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  insert into idempotency_keys (user_id, key, fingerprint)
    values (app.viewer(), wanted_key, wanted_fingerprint) on conflict do nothing;
  if found then return; end if;
  select * into kept from idempotency_keys where user_id = app.viewer() and key = wanted_key;
  if kept.fingerprint <> wanted_fingerprint then
    perform app.refuse(409, 'IDEMPOTENCY_CONFLICT');
  end if;
  raise exception using errcode = 'PZ200', message = 'REPLAY', detail = coalesce(kept.answer, '[]')::text;
end $$;
grant execute on function app.claim_idempotency(text, text) to plaza_app;

create function app.keep_answer(claimed_key text, given jsonb) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    update idempotency_keys set answer = given where user_id = app.viewer() and key = claimed_key;
  end;
grant execute on function app.keep_answer(text, jsonb) to plaza_app;

call app.hand_over_functions();

-- migrate:down
drop function app.keep_answer(text, jsonb), app.claim_idempotency(text, text), app.forget_outbox(uuid[]), app.collect_outbox(), app.emit(text, text, jsonb);
drop table idempotency_keys, outbox;
