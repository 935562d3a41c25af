-- auth_limits: counters that slow down mails and password guesses. One row per key; a key has the SHA-256 of an
--   address, never the address. Written by: the Worker as plaza_service, before it sends a mail or checks a
--   password. Clean-up: the nightly cron, by auth_limits_updated.

-- migrate:up
create table auth_limits (
  key text primary key,
  count int not null default 0,
  -- When the current hour or day of counting began.
  since timestamptz not null default now(),
  blocked_until timestamptz,
  -- Sign-in only: when this client last signed in to this account.
  succeeded_at timestamptz,
  updated_at timestamptz not null default now()
);
create index auth_limits_updated on auth_limits (updated_at);
call app.force_row_security('auth_limits');

-- Counts one event for each key, unless one of them has had its maximum within the hour. Returns 0, or the
-- seconds until it may be tried again; then nothing is counted. Keys in one order, so that calls cannot deadlock.
create function app.take_hourly(keys text[], maxima int[]) returns int
  language plpgsql set search_path = public, pg_temp as $$
declare wait int;
begin
  insert into auth_limits (key) select unnest(keys) on conflict do nothing;
  perform from auth_limits l where l.key = any (keys) order by array_position(keys, l.key) for update;
  update auth_limits l set count = 0, since = now() where l.key = any (keys) and l.since <= now() - interval '1 hour';
  select ceil(max(extract(epoch from l.since + interval '1 hour' - now()))) into wait from auth_limits l
    where l.key = any (keys) and l.count >= maxima[array_position(keys, l.key)];
  if wait is not null then return greatest(wait, 1); end if;
  update auth_limits l set count = l.count + 1, updated_at = now() where l.key = any (keys);
  return 0;
end $$;
grant execute on function app.take_hourly(text[], int[]) to plaza_service;

-- The mails of one kind that an address gets in an hour: 6, and 4 of them asked for by one client. One count per
-- kind: sign-ups by a stranger do not block the owner's mail to reset the password.
create function app.take_mail(kind text, address text, client text) returns int
  language sql set search_path = public, pg_temp
  return app.take_hourly(array['mail ' || kind || ' ' || address, 'mail ' || kind || ' ' || address || ' ' || client], array[6, 4]);
grant execute on function app.take_mail(text, text, text) to plaza_service;

-- Reserves the handle of a sign-up for an hour, as long as its link is valid, stores the sign-up and counts its mail.
-- wait: seconds until this client may cause another mail to this address; then nothing else is done.
-- held: the handle is reserved; of concurrent calls for different addresses only one gets it, and a second sign-up
--   with the same address keeps it. If false, no mail is counted. stored: false when the address has an account.
-- Locks auth_limits before verifications, as app.renew_sign_up does, so that the two cannot deadlock.
create function app.insert_sign_up(new_id uuid, new_token_hash text, new_name text, new_handle text, new_email text,
    new_birth_date date, new_password text, client text, out wait int, out held boolean, out stored boolean)
  language plpgsql set search_path = public, pg_temp as $$
declare address text := encode(sha256(convert_to(new_email, 'UTF8')), 'base64');
begin
  held := false;
  stored := false;
  wait := app.take_mail('sign-up', address, client);
  if wait > 0 then return; end if;
  insert into verifications as kept (identifier, value, expires_at)
    select 'handle:' || new_handle, address, now() + interval '1 hour'
    where not exists (select from users u where u.handle = new_handle and u.email_verified)
      and not exists (select from profiles p where p.handle = new_handle)
    on conflict (identifier) where identifier like 'handle:%'
      do update set value = excluded.value, expires_at = excluded.expires_at, updated_at = now()
      where kept.expires_at <= now() or kept.value = excluded.value;
  held := found;
  if not held then
    -- No mail is sent. The rows are locked since they were counted.
    update auth_limits l set count = l.count - 1
      where l.key in ('mail sign-up ' || address, 'mail sign-up ' || address || ' ' || client);
    return;
  end if;
  insert into sign_ups (id, token_hash, name, handle, email, birth_date, password)
    select new_id, new_token_hash, new_name, new_handle, new_email, new_birth_date, new_password
    where not exists (select from users u where u.email = new_email and u.email_verified);
  stored := found;
end $$;
grant execute on function app.insert_sign_up(uuid, text, text, text, text, date, text, text) to plaza_service;

-- Gives a sign-up of the last hour a new link, which is valid for an hour; the older one ends. Returns the
-- address; null when there is no such sign-up or its address has had its mails.
create function app.renew_sign_up(sign_up uuid, new_token_hash text, client text) returns text
  language plpgsql set search_path = public, pg_temp as $$
declare found_row sign_ups;
begin
  select * into found_row from sign_ups s where s.id = sign_up and s.created_at > now() - interval '1 hour' for update;
  if not found then return null; end if;
  if app.take_mail('link', encode(sha256(convert_to(found_row.email, 'UTF8')), 'base64'), client) > 0 then return null; end if;
  update sign_ups s set token_hash = new_token_hash, expires_at = now() + interval '1 hour' where s.id = sign_up;
  update verifications v set expires_at = now() + interval '1 hour', updated_at = now()
    where v.identifier = 'handle:' || found_row.handle;
  return found_row.email;
end $$;
grant execute on function app.renew_sign_up(uuid, text, text) to plaza_service;

-- Counts an attempt to sign in before the password is checked, so that concurrent guesses count too. Returns 0,
-- or the seconds to wait; then nothing is counted. After 5 failures of one client at one account it waits 30 s,
-- doubling to an hour. After 50 failures in a day at one account, clients that never signed in to it wait alike:
-- many clients cannot share the work of guessing, and cannot lock out the owner's usual ones.
create function app.take_sign_in(address text, client text) returns int
  language plpgsql set search_path = public, pg_temp as $$
declare own auth_limits; total auth_limits; wait int;
  total_key text := 'sign-in ' || address; own_key text := 'sign-in ' || address || ' ' || client;
begin
  insert into auth_limits (key) values (total_key), (own_key) on conflict do nothing;
  update auth_limits l set count = 0, since = now(), blocked_until = null
    where l.key in (total_key, own_key) and l.since <= now() - interval '1 day';
  select * into total from auth_limits l where l.key = total_key for update;
  select * into own from auth_limits l where l.key = own_key for update;
  wait := ceil(extract(epoch from greatest(own.blocked_until,
    case when own.succeeded_at > now() - interval '30 days' then null else total.blocked_until end) - now()));
  if wait > 0 then return wait; end if;
  update auth_limits l set count = l.count + 1, updated_at = now(), blocked_until = case
      when l.key = own_key and l.count >= 4 then now() + least(interval '1 hour', interval '30 seconds' * power(2, least(l.count - 4, 10)))
      when l.key = total_key and l.count >= 49 then now() + least(interval '1 hour', interval '30 seconds' * power(2, least(l.count - 49, 10)))
    end
    where l.key in (total_key, own_key);
  return 0;
end $$;
grant execute on function app.take_sign_in(text, text) to plaza_service;

-- The password of the last attempt was right, or this client reset the password: it was no failure, and the client
-- is one of the owner's.
create function app.sign_in_succeeded(address text, client text) returns void
  language sql set search_path = public, pg_temp
  begin atomic
    update auth_limits l set count = greatest(l.count - 1, 0), updated_at = now() where l.key = 'sign-in ' || address;
    insert into auth_limits as l (key, succeeded_at) values ('sign-in ' || address || ' ' || client, now())
      on conflict (key) do update set count = 0, blocked_until = null, succeeded_at = now(), updated_at = now();
  end;
grant execute on function app.sign_in_succeeded(text, text) to plaza_service;

-- migrate:down
drop function app.sign_in_succeeded(text, text), app.take_sign_in(text, text), app.renew_sign_up(uuid, text, text),
  app.insert_sign_up(uuid, text, text, text, text, date, text, text), app.take_mail(text, text, text), app.take_hourly(text[], int[]);
drop table auth_limits;
