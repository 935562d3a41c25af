-- sign_ups: sign-ups whose e-mail address is not proven yet. A row becomes an account when somebody opens the
--   mailed link and gives the password of that very sign-up. Until then nothing exists in users, so a sign-up
--   with somebody else's address gives no claim to it: each sign-up has its own link and its own password.
--   Written by: the Worker as plaza_service. plaza_app has no access.
--   token_hash: SHA-256 of the token in the mailed link. attempts: passwords tried with that link.
--   Clean-up: the nightly cron, by sign_ups_expiry.

-- migrate:up
create table sign_ups (
  id uuid primary key default uuidv7(),
  token_hash text not null unique,
  name text not null check (length(name) between 1 and 60),
  handle text not null check (handle ~ '^[a-z][a-z0-9_]{2,29}$'),
  email text not null check (email = lower(email)),
  birth_date date not null,
  password text not null,
  attempts int not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '1 hour'
);
create index sign_ups_email on sign_ups (email);
create index sign_ups_expiry on sign_ups (expires_at);
call app.force_row_security('sign_ups');

-- Creates the account of a sign-up and deletes all other sign-ups of its address. Returns null when the sign-up
-- has expired, or its address or handle got an account in the meantime. Runs with the rights of plaza_service.
-- One confirmation of an address at a time: two would deadlock, because each locks all sign-ups of the address, and an
-- order of rows does not cover those that are stored in the meantime.
create function app.create_account(sign_up uuid) returns uuid
  language plpgsql set search_path = public, pg_temp as $$
declare wanted sign_ups; created uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('sign-up ' || s.email, 0)) from sign_ups s where s.id = sign_up;
  select * into wanted from sign_ups s where s.id = sign_up and s.expires_at > now() for update;
  if not found then return null; end if;
  -- Unverified rows of users are from before this table. Nobody can confirm them any more.
  delete from users u where not u.email_verified and (u.email = wanted.email or u.handle = wanted.handle);
  insert into users (name, handle, email, email_verified, birth_date)
    values (wanted.name, wanted.handle, wanted.email, true, wanted.birth_date)
    on conflict do nothing returning id into created;
  if created is null then return null; end if;
  insert into auth_accounts (account_id, provider_id, user_id, password)
    values (created::text, 'credential', created, wanted.password);
  delete from sign_ups s where s.email = wanted.email;
  delete from verifications v where v.identifier = 'handle:' || wanted.handle;
  return created;
end $$;
grant execute on function app.create_account(uuid) to plaza_service;

-- A password change also ends the links that could set another one: their verifications store the account's id
-- as their value.
create index verifications_value on verifications (value) where value <> '';
-- Only its owner can replace the function.
set local role plaza_internal;
create or replace function app.delete_sessions_after_password_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sessions where user_id = new.user_id;
  delete from verifications where value = new.user_id::text and value <> '';
  return null;
end $$;
reset role;

-- migrate:down
set local role plaza_internal;
create or replace function app.delete_sessions_after_password_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sessions where user_id = new.user_id;
  return null;
end $$;
reset role;
drop index verifications_value;
drop function app.create_account(uuid);
drop table sign_ups;
