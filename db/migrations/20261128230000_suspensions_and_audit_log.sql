-- Suspension of accounts by moderators, and the log of what moderators and operators did.
--   account_capabilities: what an account may do beyond the usual. Written by operators (npm run capability);
--     read by app.require_capability(). A migration adds a new capability to the check of the column.
--   audit_log: one row per action of a moderator or an operator. Triggers refuse every update, delete and
--     truncate, also of the owner. It keeps the ids of deleted accounts, so it has no foreign keys. The index
--     audit_log_target serves the newest row about an account.
--   A suspension deletes the sessions (trigger users_sessions_after_update), whose outbox rows close the
--     sockets. The route delivers them right after its commit. A suspended account cannot get a new session.

-- migrate:up
create table account_capabilities (
  user_id uuid not null references profiles on delete cascade,
  capability text not null check (capability in ('accounts.suspend')),
  granted_at timestamptz not null default now(),
  primary key (user_id, capability)
);

create table audit_log (
  id uuid primary key default uuidv7(),
  -- Null: an operator.
  actor_id uuid,
  action text not null check (action ~ '^[a-z]+\.[a-z_]+$'),
  target_id uuid not null,
  reason text not null check (length(reason) between 1 and 500),
  created_at timestamptz not null default now()
);
create index audit_log_target on audit_log (target_id, id desc);

call app.force_row_security('account_capabilities');
call app.force_row_security('audit_log');
revoke update, delete on audit_log from plaza_service, plaza_internal;

create function app.refuse_audit_log_change() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'insufficient_privilege', message = 'audit_log is append-only';
end $$;
create trigger audit_log_append_only_before_change before update or delete on audit_log
  for each row execute function app.refuse_audit_log_change();
create trigger audit_log_append_only_before_truncate before truncate on audit_log
  for each statement execute function app.refuse_audit_log_change();

create function app.viewer_capabilities() returns text[]
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce(array_agg(capability order by capability), '{}') from account_capabilities where user_id = (select app.viewer());
  end;
grant execute on function app.viewer_capabilities() to plaza_app;

-- Raises UNAUTHENTICATED without a viewer, FORBIDDEN for a viewer without the capability.
create function app.require_capability(wanted text) returns void
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  if wanted <> all (app.viewer_capabilities()) then perform app.refuse(403, 'FORBIDDEN'); end if;
end $$;

-- Suspends an account, or ends its suspension, and writes the audit row in the same transaction. Does nothing
-- when the account is already in that state. Needs the capability accounts.suspend. Raises NOT_FOUND for an
-- unknown handle, VALIDATION_FAILED without a reason, CONFLICT for the viewer's own account, and FORBIDDEN for an
-- account with the same capability: an operator has to revoke that one first.
create function app.set_suspension(wanted_handle text, is_wanted boolean, why text) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare target uuid;
begin
  perform app.require_capability('accounts.suspend');
  if coalesce(length(btrim(why)), 0) not between 1 and 500 then perform app.refuse(400, 'VALIDATION_FAILED'); end if;
  select user_id into target from profiles where handle = wanted_handle;
  if target is null then perform app.refuse(404, 'NOT_FOUND'); end if;
  if target = app.viewer() then perform app.refuse(409, 'CONFLICT'); end if;
  if exists (select from account_capabilities where user_id = target and capability = 'accounts.suspend') then
    perform app.refuse(403, 'FORBIDDEN');
  end if;
  update users set suspended_at = case when is_wanted then now() end, updated_at = now()
    where id = target and (suspended_at is not null) <> is_wanted;
  if found then
    insert into audit_log (actor_id, action, target_id, reason)
      values (app.viewer(), case when is_wanted then 'account.suspended' else 'account.unsuspended' end, target, btrim(why));
  end if;
end $$;

-- Whether an account is suspended, and the newest audit row about its suspension: when, by whom and why. Needs the
-- capability accounts.suspend. Raises NOT_FOUND for an unknown handle.
create function app.suspension_json(wanted_handle text) returns jsonb
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  target users;
  latest audit_log;
begin
  perform app.require_capability('accounts.suspend');
  select u.* into target from users u join profiles p on p.user_id = u.id where p.handle = wanted_handle;
  if not found then perform app.refuse(404, 'NOT_FOUND'); end if;
  select l.* into latest from audit_log l
    where l.target_id = target.id and l.action in ('account.suspended', 'account.unsuspended') order by l.id desc limit 1;
  return jsonb_build_object('isSuspended', target.suspended_at is not null, 'at', app.iso(latest.created_at),
    'reason', latest.reason, 'actorHandle', (select p.handle from profiles p where p.user_id = latest.actor_id));
end $$;
grant execute on function app.set_suspension(text, boolean, text), app.suspension_json(text) to plaza_app;

-- The sign-in library creates sessions as plaza_service and does not know about suspensions.
create function app.refuse_suspended_session() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from users where id = new.user_id and suspended_at is not null) then
    perform app.refuse(403, 'ACCOUNT_SUSPENDED');
  end if;
  return new;
end $$;
create trigger sessions_suspension_before_insert before insert on sessions for each row execute function app.refuse_suspended_session();

call app.transfer_function_ownership();

-- migrate:down
drop trigger sessions_suspension_before_insert on sessions;
drop function app.refuse_suspended_session(), app.suspension_json(text), app.set_suspension(text, boolean, text),
  app.require_capability(text), app.viewer_capabilities();
drop table audit_log, account_capabilities;
drop function app.refuse_audit_log_change();
