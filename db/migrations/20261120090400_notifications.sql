-- Notifications: inserted by triggers through app.notify(); only the recipient can read them and mark them
-- read.
--   notifications         partitioned by month; a cron creates partitions ahead, the default one is the backstop
--   notification_keys     limits to one per (recipient, type, entity, actor) within an hour, by its primary key
--   notification_counts   the recipient's unread count, with a version
--   badges, milestones    earned once (unique keys); earning one notifies
-- The nightly cron deletes read notifications older than 90 days and keys older than an hour.

-- migrate:up
create type notification_type as enum ('post_upvote', 'post_comment', 'comment_reply', 'mention', 'new_follower',
  'answer_upvote', 'answer_comment', 'badge_earned', 'milestone');
create type notification_entity as enum ('post', 'comment', 'user');

create table notifications (
  id uuid not null default uuidv7(),
  user_id uuid not null references profiles on delete cascade,
  type notification_type not null,
  message text not null,
  entity_id uuid not null,
  entity_type notification_entity not null,
  actor_id uuid references profiles on delete set null,
  link text not null,
  detail jsonb not null default '{}',
  is_read boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (id, created_at)
) partition by range (created_at);
create table notifications_default partition of notifications default;
-- Serves marking all as read and the clean-up. The unread count itself is stored in notification_counts.
create index idx_notifications_user_unread on notifications (user_id, is_read, created_at desc, id desc);
-- Serves the list, which shows read and unread notifications together.
create index idx_notifications_user_created on notifications (user_id, created_at desc, id desc);
create index idx_notifications_actor on notifications (actor_id);
create index idx_notifications_entity on notifications (entity_id);

create table notification_keys (
  user_id uuid not null references profiles on delete cascade,
  key text not null,
  last_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index notification_keys_last on notification_keys (last_at);

create table notification_counts (
  user_id uuid primary key references profiles on delete cascade,
  unread int not null default 0 check (unread >= 0),
  version bigint not null default 0
) with (fillfactor = 70);

create table badges (
  id uuid primary key default uuidv7(),
  user_id uuid not null references profiles on delete cascade,
  badge text not null check (badge in ('first_answer')),
  earned_at timestamptz not null default now(),
  unique (user_id, badge)
);

create table milestones (
  id uuid primary key default uuidv7(),
  user_id uuid not null references profiles on delete cascade,
  kind text not null check (kind in ('upvotes', 'followers')),
  threshold int not null,
  reached_at timestamptz not null default now(),
  unique (user_id, kind, threshold)
);

call app.force_row_security('notifications');
alter table notifications_default enable row level security;
alter table notifications_default force row level security;
call app.force_row_security('notification_keys');
call app.force_row_security('notification_counts');
call app.force_row_security('badges');
call app.force_row_security('milestones');

grant select, update (is_read) on notifications to plaza_app;
grant select on notification_counts, badges to plaza_app;
create policy notifications_viewer_select on notifications for select to plaza_app
  using (user_id = (select app.viewer()));
create policy notifications_viewer_update on notifications for update to plaza_app using (user_id = (select app.viewer()));
create policy notification_counts_viewer_select on notification_counts for select to plaza_app using (user_id = (select app.viewer()));
create policy badges_viewer_select on badges for select to plaza_app using (true);

create function app.notification_json(n notifications, actor profiles) returns jsonb language sql immutable
  return jsonb_build_object('id', (n).id, 'type', (n).type, 'message', (n).message,
    'actor', case when (actor).user_id is null then null else app.person_json(actor) end,
    'entityType', (n).entity_type, 'entityId', (n).entity_id, 'link', (n).link, 'detail', (n).detail,
    'isRead', (n).is_read, 'createdAt', app.iso((n).created_at));
grant execute on function app.notification_json(notifications, profiles) to plaza_app, plaza_service, plaza_internal;

-- The only function that inserts notifications. Skips notifications to oneself, across a block and from a
-- muted account, and allows one an hour for the same (recipient, type, entity, actor): the primary key of
-- notification_keys decides, also between concurrent transactions. `action_text` follows the actor's name
-- ("upvoted your post"); without an actor it is the whole sentence.
create function app.notify(recipient uuid, kind notification_type, on_type notification_entity, on_id uuid, actor uuid,
  to_link text, action_text text, more jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if recipient is null or recipient = actor then return; end if;
  if actor is not null then perform app.lock_pair(recipient, actor, false); end if;
  if actor is not null and (app.blocked_between(recipient, actor)
      or exists (select from mutes where muter_id = recipient and muted_id = actor)) then return; end if;
  insert into notification_keys as k (user_id, key) values (recipient, concat_ws(':', kind, on_id, actor))
    on conflict (user_id, key) do update set last_at = now() where k.last_at <= now() - interval '1 hour';
  if not found then return; end if;
  insert into notifications (user_id, type, message, entity_id, entity_type, actor_id, link, detail)
    values (recipient, kind, case when actor is null then action_text else (select name from profiles where user_id = actor) || ' ' || action_text end,
      on_id, on_type, actor, to_link, more);
end $$;
grant execute on function app.notify(uuid, notification_type, notification_entity, uuid, uuid, text, text, jsonb) to plaza_internal;

-- Changes the unread count by `step` and publishes it, with the notifications that were read, to the
-- account's room.
create function app.change_unread_count(who uuid, step int, read_marks jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare counts notification_counts;
begin
  insert into notification_counts as c (user_id, unread, version) values (who, greatest(step, 0), 1)
    on conflict (user_id) do update set unread = c.unread + step, version = c.version + 1 returning * into counts;
  perform app.emit('user:' || who, 'unread.changed', jsonb_build_object('unread', counts.unread, 'version', counts.version,
    'read', case when read_marks is null then null when counts.unread = 0 then jsonb_build_object('all', true) else read_marks end));
end $$;

create function app.after_notification_insert() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare actor profiles;
begin
  select * into actor from profiles where user_id = new.actor_id;
  perform app.emit('user:' || new.user_id, 'notification.created', app.notification_json(new, actor));
  if not new.is_read then perform app.change_unread_count(new.user_id, 1, null); end if;
  return null;
end $$;
create trigger notifications_outbox_after_insert after insert on notifications
  for each row execute function app.after_notification_insert();

-- Statement-level: marking a thousand notifications in one statement changes the count once per account.
create function app.after_notifications_update() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare changed record;
begin
  for changed in
    select n.user_id, count(*) filter (where n.is_read and not o.is_read) - count(*) filter (where not n.is_read and o.is_read) as fewer,
      jsonb_agg(n.id) filter (where n.is_read and not o.is_read) as ids
    from after_rows n join before_rows o on o.id = n.id where n.is_read <> o.is_read group by n.user_id order by n.user_id
  loop
    perform app.change_unread_count(changed.user_id, -changed.fewer::int, jsonb_build_object('ids', coalesce(changed.ids, '[]')));
  end loop;
  return null;
end $$;
create trigger notifications_unread_after_update after update on notifications
  referencing old table as before_rows new table as after_rows for each statement execute function app.after_notifications_update();

create function app.after_notifications_delete() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare changed record;
begin
  for changed in
    select o.user_id, count(*) as fewer, jsonb_agg(o.id) as ids from before_rows o
    where not o.is_read and exists (select from profiles p where p.user_id = o.user_id) group by o.user_id order by o.user_id
  loop
    perform app.change_unread_count(changed.user_id, -changed.fewer::int, jsonb_build_object('ids', changed.ids));
  end loop;
  return null;
end $$;
create trigger notifications_unread_after_delete after delete on notifications
  referencing old table as before_rows for each statement execute function app.after_notifications_delete();

create function app.after_badge_insert() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.notify(new.user_id, 'badge_earned', 'user', new.id, null,
    (select '/@' || handle from profiles where user_id = new.user_id), 'You earned a badge', jsonb_build_object('badge', new.badge));
  return null;
end $$;
create trigger badges_notify_after_insert after insert on badges for each row execute function app.after_badge_insert();

create function app.after_milestone_insert() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.notify(new.user_id, 'milestone', 'user', new.id, null,
    (select '/@' || handle from profiles where user_id = new.user_id), 'You reached ' || new.threshold || ' ' || new.kind,
    jsonb_build_object('kind', new.kind, 'threshold', new.threshold));
  return null;
end $$;
create trigger milestones_notify_after_insert after insert on milestones for each row execute function app.after_milestone_insert();

-- Milestones at 10, 100 and 1,000 upvotes or followers. The unique key keeps each to one, also when a count
-- falls and rises again.
create function app.insert_milestones() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into milestones (user_id, kind, threshold)
    select new.user_id, grown.kind, t from unnest(array[10, 100, 1000]) t,
      lateral (values ('upvotes', old.upvotes_count, new.upvotes_count), ('followers', old.followers_count, new.followers_count)) grown (kind, before, after)
    where grown.before < t and grown.after >= t
    on conflict do nothing;
  return null;
end $$;
create trigger user_stats_milestones_after_update after update on user_stats for each row
  when (new.upvotes_count > old.upvotes_count or new.followers_count > old.followers_count) execute function app.insert_milestones();

-- Creates the monthly partitions from the current month on. Owned by plaza_owner: only the owner of a table
-- may attach partitions to it.
create function app.owner_create_notification_partitions(months_ahead int) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  month date;
  part text;
begin
  for i in 0..least(months_ahead, 24) loop
    month := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
    part := 'notifications_' || to_char(month, 'YYYY_MM');
    if to_regclass(part) is null then
      begin
        execute format('create table %I partition of notifications for values from (%L) to (%L)', part,
          month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
        execute format('alter table %I enable row level security', part);
        execute format('alter table %I force row level security', part);
      exception when check_violation then
        null; -- the default partition already has rows of this month and keeps them
      end;
    end if;
  end loop;
end $$;
grant execute on function app.owner_create_notification_partitions(int) to plaza_service;
select app.owner_create_notification_partitions(2);

-- Deletes read notifications older than 90 days and keys older than an hour. Returns how many notifications
-- were deleted.
create function app.cleanup_old_notifications() returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare deleted bigint;
begin
  delete from notifications where is_read and created_at < now() - interval '90 days';
  get diagnostics deleted = row_count;
  delete from notification_keys where last_at < now() - interval '1 hour';
  return deleted;
end $$;
grant execute on function app.cleanup_old_notifications() to plaza_service;

call app.transfer_function_ownership();

-- A new partition gets a copy of the row trigger; plaza_owner needs EXECUTE on the trigger function to create
-- it.
do $$
declare migration_role text := current_user;
begin
  set local role plaza_internal;
  execute format('grant execute on function app.after_notification_insert() to %I', migration_role);
  perform set_config('role', migration_role, true);
end $$;

-- migrate:down
drop trigger user_stats_milestones_after_update on user_stats;
drop function app.notification_json(notifications, profiles);
drop table milestones, badges, notification_counts, notification_keys, notifications;
drop function app.cleanup_old_notifications(), app.owner_create_notification_partitions(int), app.insert_milestones(), app.after_milestone_insert(),
  app.after_badge_insert(), app.after_notifications_delete(), app.after_notifications_update(), app.after_notification_insert(),
  app.change_unread_count(uuid, int, jsonb), app.notify(uuid, notification_type, notification_entity, uuid, uuid, text, text, jsonb);
drop type notification_entity, notification_type;
