-- Accounts (private: users, sign-in methods, sessions) and profiles (public), with the counts every profile shows.
--   users, auth_accounts, sessions, verifications belong to the sign-in library, which works as plaza_service.
--   A viewer's role cannot read them at all; it learns who is asking from app.enter(token) alone.

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
-- Made before there were accounts; its primary key begins with user_id.
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
-- Of two who want one handle at once, the second waits here for the first.
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
-- Serves the mention picker: handles that begin with a few letters.
create index profiles_handle_prefix on profiles (handle text_pattern_ops);

-- Written by triggers only. `version` grows with every change, so a late reader keeps the newest.
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

call app.protect('users');
call app.protect('auth_accounts');
call app.protect('sessions');
call app.protect('verifications');
call app.protect('profiles');
call app.protect('user_stats');
call app.protect('user_settings');

grant select on profiles, user_stats, user_settings to plaza_app;
grant update (name, bio, updated_at) on profiles to plaza_app;
grant update (language, updated_at) on user_settings to plaza_app;
create policy user_stats_viewer_select on user_stats for select to plaza_app using (true);
create policy user_settings_viewer_select on user_settings for select to plaza_app using (user_id = (select app.viewer()));
create policy user_settings_viewer_update on user_settings for update to plaza_app using (user_id = (select app.viewer()));
create policy profiles_viewer_update on profiles for update to plaza_app using (user_id = (select app.viewer()));

-- An account gets its public half, its counts and its settings in the transaction that confirms its e-mail: before that
-- nobody sees it, finds it or can mention it.
create function app.open_profile() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into profiles (user_id, handle, name, created_at) values (new.id, new.handle, new.name, new.created_at)
    on conflict do nothing;
  if not found then return null; end if;
  insert into user_stats (user_id) values (new.id);
  insert into user_settings (user_id) values (new.id);
  return null;
end $$;
create trigger users_profile_after_verify after insert or update of email_verified on users
  for each row when (new.email_verified) execute function app.open_profile();

-- A new password ends every session, in the same statement: nothing that fails afterwards can leave one alive.
create function app.end_sessions_of_password() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sessions where user_id = new.user_id;
  return null;
end $$;
create trigger auth_accounts_sessions_after_password after update of password on auth_accounts
  for each row when (old.password is distinct from new.password) execute function app.end_sessions_of_password();

-- A suspended account loses its sessions, and with them its sockets.
create function app.close_sessions() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sessions where user_id = new.id;
  return null;
end $$;
create trigger users_sessions_after_suspend after update of suspended_at on users
  for each row when (old.suspended_at is null and new.suspended_at is not null) execute function app.close_sessions();

-- Whatever ends a session (sign-out, password change, suspension) closes its sockets.
create function app.announce_session_end() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- Due at once: whoever ended it (the sign-in library, SQL by hand) returns no outbox rows, so only the drainer tells.
  insert into outbox (topic, type, data, next_attempt_at)
    values ('user:' || old.user_id, 'session.revoked', jsonb_build_object('sessionId', old.id), clock_timestamp());
  return null;
end $$;
create trigger sessions_outbox_after_delete after delete on sessions for each row execute function app.announce_session_end();

-- The first statement of a viewer's batch: proves the session and sets the viewer for this transaction.
-- A session that is gone, expired, unverified or suspended raises SESSION_EXPIRED and the batch does nothing.
-- A session in use is prolonged once a day; expires_at is when it ends as things stand after this.
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

-- The viewer's own e-mail address: the one field of users a viewer may see.
create function app.own_email() returns text
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select email from users where id = (select app.viewer());
  end;
grant execute on function app.own_email() to plaza_app;

-- Whether a handle is free. Handles are public, so this tells nothing that a profile's page does not. A handle that a
-- sign-up asked for is held for an hour (identifier `handle:...`) whether or not an account came of it: else the handle's
-- being free afterwards would tell that the e-mail address was known.
create function app.handle_is_free(wanted text) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    -- An account that nobody confirmed within the hour its link works holds nothing.
    select not exists (select from users where handle = lower(wanted) and (email_verified or created_at > now() - interval '1 hour')) and not exists (select from profiles where handle = lower(wanted))
      and not exists (select from verifications where identifier = 'handle:' || lower(wanted) and expires_at > now());
  end;
grant execute on function app.handle_is_free(text) to plaza_app, plaza_service;

create function app.person_json(p profiles) returns jsonb language sql immutable
  return jsonb_build_object('id', (p).user_id, 'handle', (p).handle, 'name', (p).name);
create function app.profile_stats_json(s user_stats) returns jsonb language sql immutable
  return jsonb_build_object('followers', (s).followers_count, 'following', (s).following_count, 'posts', (s).posts_count,
    'answers', (s).answers_count, 'upvotes', (s).upvotes_count, 'version', (s).version);
grant execute on function app.person_json(profiles), app.profile_stats_json(user_stats) to plaza_app, plaza_service, plaza_internal;

call app.hand_over_functions();

-- migrate:down
drop function app.profile_stats_json(user_stats), app.person_json(profiles), app.handle_is_free(text), app.own_email(), app.enter(text);
alter table idempotency_keys drop constraint idempotency_keys_user_id_fkey;
drop table user_settings, user_stats, profiles, verifications, sessions, auth_accounts, users;
drop function app.announce_session_end(), app.close_sessions(), app.end_sessions_of_password(), app.open_profile();
