-- Roles, the schema `app` for functions, and helpers for row-level security.
--
--   plaza_owner         runs the migrations and owns the tables; FORCE ROW LEVEL SECURITY binds it too
--   plaza_app           serves viewers: row policies filter by the viewer that app.enter() has set
--   plaza_service       crons, outbox delivery, sign-in library: sees every row, never serves viewers
--   plaza_internal      owns the SECURITY DEFINER functions; cannot log in, and no role inherits it
--
-- Roles belong to the whole cluster: `up` skips roles that another database has created, and `down` keeps a
-- role that another database still uses.

-- migrate:up
do $$
declare role_name text;
begin
  foreach role_name in array array['plaza_app', 'plaza_service', 'plaza_internal'] loop
    begin
      if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin nobypassrls noinherit', role_name);
      end if;
    exception when duplicate_object or unique_violation then null; -- created at the same moment for another database
    end;
  end loop;
  -- SET is needed to change a function's owner. No INHERIT: with it the internal policies would apply to the
  -- owner.
  if not exists (select from pg_auth_members m where m.roleid = 'plaza_internal'::regrole
                 and m.member = current_user::regrole and m.set_option) and not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant plaza_internal to %I with inherit false, set true', current_user);
  end if;
end $$;

-- Shorter than the Worker's timeout (db/client/limits.ts), so that no write commits after its request was
-- answered with an error. transaction_timeout limits the whole batch; statement_timeout alone would apply to
-- each of its statements.
alter role plaza_app set transaction_timeout = '4s';
alter role plaza_app set statement_timeout = '4s';
alter role plaza_app set lock_timeout = '3s';
alter role plaza_service set statement_timeout = '30s';

create schema app;
grant usage on schema app to plaza_app, plaza_service, plaza_internal;
grant usage on schema public to plaza_app, plaza_service, plaza_internal;
grant create on schema app to plaza_internal;
-- New functions can be executed only by roles that get a grant. Not `in schema app`: defaults of a schema
-- only add to the database's defaults, which allow PUBLIC.
alter default privileges revoke execute on functions from public;

-- The account this transaction runs for; null when signed out. Policies call it as (select app.viewer()),
-- which Postgres evaluates once per statement.
create function app.viewer() returns uuid language sql stable
  return nullif(current_setting('app.user_id', true), '')::uuid;
grant execute on function app.viewer() to plaza_app, plaza_service, plaza_internal;

-- Timestamps in JSON: UTC with milliseconds, like JavaScript's toISOString().
create function app.iso(at timestamptz) returns text language sql immutable
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
grant execute on function app.iso(timestamptz) to plaza_app, plaza_service, plaza_internal;

-- Enables and forces row-level security on a table, and gives the service and the internal role access to all
-- rows. Every table with user data calls it once.
create procedure app.force_row_security(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('grant select, insert, update, delete on %s to plaza_service, plaza_internal', target);
  execute format('create policy %I on %s to plaza_service using (true) with check (true)', target || '_service_all', target);
  execute format('create policy %I on %s to plaza_internal using (true) with check (true)', target || '_internal_all', target);
end $$;

-- Makes plaza_internal the owner of all SECURITY DEFINER functions in `app`. Called at the end of each
-- migration that creates such functions. Functions named owner_* stay with plaza_owner.
create procedure app.transfer_function_ownership() language plpgsql as $$
declare fn regprocedure;
begin
  for fn in select p.oid::regprocedure from pg_proc p
            where p.pronamespace = 'app'::regnamespace and p.prosecdef and p.proowner = current_user::regrole
              and p.proname not like 'owner\_%' loop
    execute format('alter function %s owner to plaza_internal', fn);
  end loop;
end $$;

-- Raises an API error: SQLSTATE is PZ + HTTP status, the message is the error code.
create function app.refuse(status int, code text) returns void language plpgsql as $$
begin
  raise exception using errcode = 'PZ' || status, message = code;
end $$;
grant execute on function app.refuse(int, text) to plaza_app, plaza_service, plaza_internal;

-- migrate:down
drop schema app cascade;
alter default privileges grant execute on functions to public;
revoke usage on schema public from plaza_app, plaza_service, plaza_internal;
do $$
declare role_name text;
begin
  foreach role_name in array array['plaza_app', 'plaza_service', 'plaza_internal'] loop
    begin
      execute format('drop role if exists %I', role_name);
    exception when dependent_objects_still_exist or insufficient_privilege then null; -- another database still uses it
    end;
  end loop;
end $$;
