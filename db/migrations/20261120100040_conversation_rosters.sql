-- What else a roster tells of, told to the rooms again when it changes: blocks and mutes between two who share a conversation,
-- a person's name, whether they show receipts, and accounts that go.

-- migrate:up
create function app.after_relation_in_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  edge jsonb := to_jsonb(coalesce(new, old));
  one uuid := coalesce(edge ->> 'blocker_id', edge ->> 'muter_id')::uuid;
  other uuid := coalesce(edge ->> 'blocked_id', edge ->> 'muted_id')::uuid;
  changed uuid[];
begin
  -- An account that goes has told already (app.before_profile_leaves).
  if (select count(*) from profiles where user_id in (one, other)) < 2 then return null; end if;
  perform app.lock_people(array[one], true);
  changed := app.conversations_of_both(one, other);
  perform from conversations where id = any (changed) order by id for no key update;
  if tg_table_name = 'blocks' and tg_op = 'INSERT' then
    -- Who blocks the one who asked has answered.
    update conversation_participants p set state = 'declined', unread = 0 from conversations c
      where c.id = p.conversation_id and c.pair_key = least(one, other) || ':' || greatest(one, other)
        and p.user_id = one and p.state = 'requested';
  end if;
  perform app.tell_conversations(changed, null);
  return null;
end $$;
create trigger blocks_conversations_after_change after insert or delete on blocks
  for each row execute function app.after_relation_in_conversations();
create trigger mutes_conversations_after_change after insert or delete on mutes
  for each row execute function app.after_relation_in_conversations();

create function app.after_roster_person_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.lock_people(array[new.user_id], true);
  perform app.tell_conversations(app.conversations_of(new.user_id), null);
  return null;
end $$;
create trigger profiles_conversations_after_rename after update of name, handle on profiles
  for each row when (old.name <> new.name or old.handle <> new.handle) execute function app.after_roster_person_change();
create trigger user_settings_conversations_after_update after update of shares_receipts on user_settings
  for each row when (old.shares_receipts <> new.shares_receipts) execute function app.after_roster_person_change();

-- An account that goes leaves its conversations to the others, and what it said without a name. Nobody's are deleted.
create function app.before_profile_leaves() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  known uuid[] := array(select conversation_id from conversation_participants where user_id = old.user_id);
begin
  perform from conversations where id = any (known) order by id for no key update;
  update conversations set created_by = null where created_by = old.user_id;
  delete from conversation_participants where user_id = old.user_id;
  perform app.keep_an_admin(c) from unnest(known) c;
  delete from conversations c where id = any (known)
    and not exists (select from conversation_participants where conversation_id = c.id);
  perform app.tell_conversations(known, null);
  return old;
end $$;
create trigger profiles_conversations_before_purge before delete on profiles for each row execute function app.before_profile_leaves();

call app.hand_over_functions();

-- migrate:down
drop trigger profiles_conversations_before_purge on profiles;
drop trigger user_settings_conversations_after_update on user_settings;
drop trigger profiles_conversations_after_rename on profiles;
drop trigger mutes_conversations_after_change on mutes;
drop trigger blocks_conversations_after_change on blocks;
drop function app.before_profile_leaves(), app.after_roster_person_change(), app.after_relation_in_conversations();
