-- The ground everything stands on: roles, the schema `app` of functions, row-level security helpers.
--
--   the migrating role  owns tables; bound by FORCE ROW LEVEL SECURITY like everyone else
--   plaza_app           serves viewers: sees what the policies of the person in app.enter() allow
--   plaza_service       crons, delivery and the sign-in library: every row, but never serves a viewer's read
--   plaza_internal      owns the SECURITY DEFINER functions; nobody logs in as it, nobody inherits it
--
-- Roles belong to the whole cluster, so `up` finds them there when a second database is made, and `down`
-- leaves a role in place while another database still uses it.

-- migrate:up
do $$
declare wanted text;
begin
  foreach wanted in array array['plaza_app', 'plaza_service', 'plaza_internal'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin nobypassrls noinherit', wanted);
      end if;
    exception when duplicate_object or unique_violation then null; -- another database made it just now
    end;
  end loop;
  -- SET lets a migration hand a function over; no INHERIT, or the owner would pass the internal policies.
  if not exists (select from pg_auth_members m where m.roleid = 'plaza_internal'::regrole
                 and m.member = current_user::regrole and m.set_option) and not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant plaza_internal to %I with inherit false, set true', current_user);
  end if;
end $$;

-- The database gives up before the Worker does (db/reads/limits.ts), so that a late write cannot follow a reported failure.
-- The whole transaction counts: a batch of several statements could wait several times.
alter role plaza_app set transaction_timeout = '4s';
alter role plaza_app set statement_timeout = '4s';
alter role plaza_app set lock_timeout = '3s';
alter role plaza_service set statement_timeout = '30s';

create schema app;
grant usage on schema app to plaza_app, plaza_service, plaza_internal;
grant usage on schema public to plaza_app, plaza_service, plaza_internal;
grant create on schema app to plaza_internal;
-- A function is callable by nobody until it is granted. Not `in schema app`: a schema's defaults only add to the
-- database's own, which let everybody.
alter default privileges revoke execute on functions from public;

-- The person this transaction acts for; null when nobody is signed in. Policies call it as (select app.viewer()).
create function app.viewer() returns uuid language sql stable
  return nullif(current_setting('app.user_id', true), '')::uuid;
grant execute on function app.viewer() to plaza_app, plaza_service, plaza_internal;

-- Times on the wire: UTC with milliseconds, the form of JavaScript's toISOString.
create function app.iso(at timestamptz) returns text language sql immutable
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
grant execute on function app.iso(timestamptz) to plaza_app, plaza_service, plaza_internal;

-- Every table with people's data goes through here once: forced row security, the service and the internal role let in.
create procedure app.protect(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('grant select, insert, update, delete on %s to plaza_service, plaza_internal', target);
  execute format('create policy %I on %s to plaza_service using (true) with check (true)', target || '_service_all', target);
  execute format('create policy %I on %s to plaza_internal using (true) with check (true)', target || '_internal_all', target);
end $$;

-- Hands every SECURITY DEFINER function of `app` to the internal role. Called at the end of a migration that makes some.
create procedure app.hand_over_functions() language plpgsql as $$
declare fn regprocedure;
begin
  for fn in select p.oid::regprocedure from pg_proc p
            where p.pronamespace = 'app'::regnamespace and p.prosecdef and p.proowner = current_user::regrole
              and p.proname not like 'owner\_%' loop
    execute format('alter function %s owner to plaza_internal', fn);
  end loop;
end $$;

-- Raises one of the API's codes. The SQLSTATE is PZ and the HTTP status, the message is the code.
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
declare unwanted text;
begin
  foreach unwanted in array array['plaza_app', 'plaza_service', 'plaza_internal'] loop
    begin
      execute format('drop role if exists %I', unwanted);
    exception when dependent_objects_still_exist or insufficient_privilege then null; -- another database uses it
    end;
  end loop;
end $$;
