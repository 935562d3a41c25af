-- Accounts (private), profiles (public) with their cached counts, and settings.
--   users, auth_accounts, sessions, verifications: owned by the sign-in library, which connects as
--     plaza_service. plaza_app has no access; app.enter(token) is its only way to identify the viewer.
--   profiles, user_stats, user_settings: one row per verified account, inserted by a trigger. user_stats is
--     written by triggers only.
--   Clean-up: the nightly cron deletes expired sessions and verifications and accounts that were never
--     verified, by sessions_expiry, verifications_expiry and users_unverified.

-- migrate:up
create table users (
  id uuid primary key default uuidv7(),
  name text not null check (length(name) between 1 and 60),
  handle text not null unique check (handle ~ '^[a-z][a-z0-9_]{2,29}$'),
  email text not null unique check (email = lower(email)),
  email_verified boolean not null default false,
  image text,
  birth_date date not null,
  suspended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index users_unverified on users (created_at) where not email_verified;
-- The table was created before users existed. Its primary key begins with user_id and serves as the index.
alter table idempotency_keys add foreign key (user_id) references users on delete cascade;

create table auth_accounts (
  id uuid primary key default uuidv7(),
  account_id text not null,
  provider_id text not null,
  user_id uuid not null references users on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index auth_accounts_user on auth_accounts (user_id);

create table sessions (
  id uuid primary key default uuidv7(),
  user_id uuid not null references users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

create table verifications (
  id uuid primary key default uuidv7(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on verifications (identifier);
-- Makes concurrent sign-ups for one handle wait for each other.
create unique index verifications_handle on verifications (identifier) where identifier like 'handle:%';
create index verifications_expiry on verifications (expires_at);

create table profiles (
  user_id uuid primary key references users on delete cascade,
  handle text not null unique check (handle ~ '^[a-z][a-z0-9_]{2,29}$'),
  name text not null check (length(name) between 1 and 60),
  bio text not null default '' check (length(bio) <= 300),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- Serves prefix searches for handles: mention picker, people search.
create index profiles_handle_prefix on profiles (handle text_pattern_ops);

-- Written by triggers only. `version` increases with every change, so that clients can ignore older counts.
create table user_stats (
  user_id uuid primary key references profiles on delete cascade,
  followers_count int not null default 0 check (followers_count >= 0),
  following_count int not null default 0 check (following_count >= 0),
  posts_count int not null default 0 check (posts_count >= 0),
  answers_count int not null default 0 check (answers_count >= 0),
  upvotes_count int not null default 0 check (upvotes_count >= 0),
  version bigint not null default 0,
  updated_at timestamptz not null default now()
) with (fillfactor = 70);

create table user_settings (
  user_id uuid primary key references profiles on delete cascade,
  language text not null default 'en' check (language in ('en', 'lt')),
  updated_at timestamptz not null default now()
);

call app.force_row_security('users');
call app.force_row_security('auth_accounts');
call app.force_row_security('sessions');
call app.force_row_security('verifications');
call app.force_row_security('profiles');
call app.force_row_security('user_stats');
call app.force_row_security('user_settings');

grant select on profiles, user_stats, user_settings to plaza_app;
grant update (name, bio, updated_at) on profiles to plaza_app;
grant update (language, updated_at) on user_settings to plaza_app;
create policy user_stats_viewer_select on user_stats for select to plaza_app using (true);
create policy user_settings_viewer_select on user_settings for select to plaza_app using (user_id = (select app.viewer()));
create policy user_settings_viewer_update on user_settings for update to plaza_app using (user_id = (select app.viewer()));
create policy profiles_viewer_update on profiles for update to plaza_app using (user_id = (select app.viewer()));

-- Creates profile, counts and settings in the transaction that verifies the e-mail address. Before that, the
-- account is not visible to anyone, cannot be found and cannot be mentioned.
create function app.create_profile() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into profiles (user_id, handle, name, created_at) values (new.id, new.handle, new.name, new.created_at)
    on conflict do nothing;
  if not found then return null; end if;
  insert into user_stats (user_id) values (new.id);
  insert into user_settings (user_id) values (new.id);
  return null;
end $$;
create trigger users_profile_after_write after insert or update of email_verified on users
  for each row when (new.email_verified) execute function app.create_profile();

-- A password change deletes all sessions in the same statement, so that no later failure can leave one valid.
create function app.delete_sessions_after_password_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sessions where user_id = new.user_id;
  return null;
end $$;
create trigger auth_accounts_sessions_after_update after update of password on auth_accounts
  for each row when (old.password is distinct from new.password) execute function app.delete_sessions_after_password_change();

-- A suspension deletes all sessions, which closes their sockets (see below).
create function app.delete_sessions_after_suspension() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sessions where user_id = new.id;
  return null;
end $$;
create trigger users_sessions_after_update after update of suspended_at on users
  for each row when (old.suspended_at is null and new.suspended_at is not null) execute function app.delete_sessions_after_suspension();

-- Every deleted session (sign-out, password change, suspension, expiry) closes its sockets.
create function app.publish_session_revoked() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- Due at once: the sign-in library and manual SQL do not deliver outbox rows after the commit, only the
  -- drainer does.
  insert into outbox (topic, type, data, next_attempt_at)
    values ('user:' || old.user_id, 'session.revoked', jsonb_build_object('sessionId', old.id), clock_timestamp());
  return null;
end $$;
create trigger sessions_outbox_after_delete after delete on sessions for each row execute function app.publish_session_revoked();

-- First statement of a viewer's batch: checks the session and sets the viewer of this transaction. Raises
-- SESSION_EXPIRED, which rolls the batch back, when the session is deleted or expired or its account is
-- unverified or suspended. Extends a session once a day; expires_at is the expiry after that.
create function app.enter(session_token text) returns table (user_id uuid, session_id uuid, expires_at timestamptz)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare entered sessions;
begin
  select s.* into entered from sessions s join users u on u.id = s.user_id
    where s.token = session_token and s.expires_at > now() and u.suspended_at is null and u.email_verified;
  if not found then perform app.refuse(401, 'SESSION_EXPIRED'); end if;
  perform set_config('app.user_id', entered.user_id::text, true);
  if entered.updated_at < now() - interval '1 day' then
    update sessions s set updated_at = now(), expires_at = now() + interval '30 days' where s.id = entered.id
      returning s.expires_at into entered.expires_at;
  end if;
  return query select entered.user_id, entered.id, entered.expires_at;
end $$;
grant execute on function app.enter(text) to plaza_app;

-- The viewer's own e-mail address, the only column of users that plaza_app can read.
create function app.own_email() returns text
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select email from users where id = (select app.viewer());
  end;
grant execute on function app.own_email() to plaza_app;

-- Whether a handle is available. Handles are public, so the answer reveals nothing that a profile page does
-- not. Every sign-up reserves its handle for an hour (verifications.identifier `handle:...`), also when no
-- account is created because the e-mail address is taken: otherwise a handle that is still available would
-- reveal that the address is registered.
create function app.handle_is_free(wanted text) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    -- An unverified account reserves its handle for one hour, as long as its verification link is valid.
    select not exists (select from users where handle = lower(wanted) and (email_verified or created_at > now() - interval '1 hour'))
      and not exists (select from profiles where handle = lower(wanted))
      and not exists (select from verifications where identifier = 'handle:' || lower(wanted) and expires_at > now());
  end;
grant execute on function app.handle_is_free(text) to plaza_app, plaza_service;

create function app.person_json(p profiles) returns jsonb language sql immutable
  return jsonb_build_object('id', (p).user_id, 'handle', (p).handle, 'name', (p).name);
create function app.profile_stats_json(s user_stats) returns jsonb language sql immutable
  return jsonb_build_object('followers', (s).followers_count, 'following', (s).following_count, 'posts', (s).posts_count,
    'answers', (s).answers_count, 'upvotes', (s).upvotes_count, 'version', (s).version);
grant execute on function app.person_json(profiles), app.profile_stats_json(user_stats) to plaza_app, plaza_service, plaza_internal;

call app.transfer_function_ownership();

-- migrate:down
drop function app.profile_stats_json(user_stats), app.person_json(profiles), app.handle_is_free(text), app.own_email(), app.enter(text);
alter table idempotency_keys drop constraint idempotency_keys_user_id_fkey;
drop table user_settings, user_stats, profiles, verifications, sessions, auth_accounts, users;
drop function app.publish_session_revoked(), app.delete_sessions_after_suspension(), app.delete_sessions_after_password_change(), app.create_profile();
