-- outbox: events for rooms, written in the same transaction as the change they report.
--   Written by: triggers. Drained by: the Worker right after the commit, and OutboxRoom for rows that a crash
--     left behind.
--   Indexes: outbox_tx for the last statement of a batch, which returns the rows of its own transaction;
--     outbox_due for the drainer. A row records its attempts, next attempt and last error; after ten failures
--     it is dead-lettered.
--
-- idempotency_keys: one row per (account, key), claimed in the transaction of the write, with the stored
-- response.
--   A repeated request gets that response through exception PZ200, in one round trip. The nightly cron
--     deletes old rows, by idempotency_keys_created.

-- migrate:up
create table outbox (
  id uuid primary key default uuidv7(),
  tx xid8 not null default pg_current_xact_id(),
  topic text not null check (topic ~ '^(user|post):[0-9a-f-]{36}$'),
  type text not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  attempts int not null default 0,
  -- The Worker that wrote the row delivers it right after the commit; the drainer takes it only after this
  -- time.
  next_attempt_at timestamptz not null default clock_timestamp() + interval '5 seconds',
  last_error text,
  dead_lettered_at timestamptz
);
create index outbox_tx on outbox (tx);
create index outbox_due on outbox (next_attempt_at, id) where dead_lettered_at is null;
call app.force_row_security('outbox');

-- Adds an event to the outbox.
create function app.emit(topic text, type text, data jsonb) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    insert into outbox (topic, type, data) values (emit.topic, emit.type, emit.data);
  end;
grant execute on function app.emit(text, text, jsonb) to plaza_internal;

-- The outbox rows of the current transaction only. Last statement of every write batch.
create function app.collect_outbox() returns table (id uuid, topic text, type text, data jsonb, created_at text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select o.id, o.topic, o.type, o.data, app.iso(o.created_at) from outbox o
    where o.tx = pg_current_xact_id_if_assigned() order by o.id;
  end;
grant execute on function app.collect_outbox() to plaza_app, plaza_service;

-- Deletes rows that their rooms have acknowledged, in the next write batch of the same Worker, to save a
-- round trip. Skips rows that the drainer has locked, so that a write never waits for a delivery.
create function app.delete_delivered_outbox(delivered uuid[]) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    delete from outbox where id in (select o.id from outbox o where o.id = any (delivered) for update skip locked);
  end;
grant execute on function app.delete_delivered_outbox(uuid[]) to plaza_app;

create table idempotency_keys (
  user_id uuid not null,
  key text not null check (length(key) between 8 and 128),
  fingerprint text not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
call app.force_row_security('idempotency_keys');

-- Claims an idempotency key for the viewer. Raises PZ200 with the stored response as detail when the key was
-- used with the same request, and IDEMPOTENCY_CONFLICT when it was used with another. The second of two
-- concurrent requests waits for the commit of the first on the primary key.
create function app.claim_idempotency(wanted_key text, wanted_fingerprint text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare existing idempotency_keys;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  insert into idempotency_keys (user_id, key, fingerprint)
    values (app.viewer(), wanted_key, wanted_fingerprint) on conflict do nothing;
  if found then return; end if;
  select * into existing from idempotency_keys where user_id = app.viewer() and key = wanted_key;
  if existing.fingerprint <> wanted_fingerprint then
    perform app.refuse(409, 'IDEMPOTENCY_CONFLICT');
  end if;
  raise exception using errcode = 'PZ200', message = 'REPLAY', detail = coalesce(existing.answer, '[]')::text;
end $$;
grant execute on function app.claim_idempotency(text, text) to plaza_app;

-- Stores the response of the current request with its claimed key.
create function app.store_idempotency_answer(claimed_key text, given jsonb) returns void
  language sql security definer set search_path = public, pg_temp
  begin atomic
    update idempotency_keys set answer = given where user_id = app.viewer() and key = claimed_key;
  end;
grant execute on function app.store_idempotency_answer(text, jsonb) to plaza_app;

call app.transfer_function_ownership();

-- migrate:down
drop function app.store_idempotency_answer(text, jsonb), app.claim_idempotency(text, text), app.delete_delivered_outbox(uuid[]), app.collect_outbox(), app.emit(text, text, jsonb);
drop table idempotency_keys, outbox;
