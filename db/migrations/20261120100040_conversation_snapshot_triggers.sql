-- Triggers that publish new conversation snapshots for changes in other tables: blocks and mutes between two
-- members, a member's name, handle or read receipt setting, and deleted accounts. Written to the outbox by
-- app.publish_conversation_snapshots(); the rows drain to the conversations' rooms.

-- migrate:up
-- Publishes the conversations that both accounts share. A block also declines a pending request between the
-- two.
create function app.after_relation_change_in_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  edge jsonb := to_jsonb(coalesce(new, old));
  one uuid := coalesce(edge ->> 'blocker_id', edge ->> 'muter_id')::uuid;
  other uuid := coalesce(edge ->> 'blocked_id', edge ->> 'muted_id')::uuid;
  changed uuid[];
begin
  -- For a deleted account, app.before_profile_delete_conversations has published already.
  if (select count(*) from profiles where user_id in (one, other)) < 2 then return null; end if;
  perform app.lock_people(array[one], true);
  changed := app.conversations_of_both(one, other);
  perform from conversations where id = any (changed) order by id for no key update;
  if tg_table_name = 'blocks' and tg_op = 'INSERT' then
    -- Blocking the account that sent a request declines the request.
    update conversation_participants p set state = 'declined', unread = 0 from conversations c
      where c.id = p.conversation_id and c.pair_key = least(one, other) || ':' || greatest(one, other)
        and p.user_id = one and p.state = 'requested';
  end if;
  perform app.publish_conversation_snapshots(changed, null);
  return null;
end $$;
create trigger blocks_conversations_after_change after insert or delete on blocks
  for each row execute function app.after_relation_change_in_conversations();
create trigger mutes_conversations_after_change after insert or delete on mutes
  for each row execute function app.after_relation_change_in_conversations();

-- Publishes all conversations of an account.
create function app.after_member_change_in_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.lock_people(array[new.user_id], true);
  perform app.publish_conversation_snapshots(app.conversations_of(new.user_id), null);
  return null;
end $$;
create trigger profiles_conversations_after_update after update of name, handle on profiles
  for each row when (old.name <> new.name or old.handle <> new.handle) execute function app.after_member_change_in_conversations();
create trigger user_settings_conversations_after_update after update of shares_receipts on user_settings
  for each row when (old.shares_receipts <> new.shares_receipts) execute function app.after_member_change_in_conversations();

-- Removes a deleted account from its conversations. Its messages stay, without sender. A conversation without
-- members is deleted; the others are published.
create function app.before_profile_delete_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  own uuid[] := array(select conversation_id from conversation_participants where user_id = old.user_id);
begin
  perform from conversations where id = any (own) order by id for no key update;
  update conversations set created_by = null where created_by = old.user_id;
  delete from conversation_participants where user_id = old.user_id;
  perform app.ensure_admin(c) from unnest(own) c;
  delete from conversations c where id = any (own)
    and not exists (select from conversation_participants where conversation_id = c.id);
  perform app.publish_conversation_snapshots(own, null);
  return old;
end $$;
create trigger profiles_conversations_before_delete before delete on profiles for each row execute function app.before_profile_delete_conversations();

call app.transfer_function_ownership();

-- migrate:down
drop trigger profiles_conversations_before_delete on profiles;
drop trigger user_settings_conversations_after_update on user_settings;
drop trigger profiles_conversations_after_update on profiles;
drop trigger mutes_conversations_after_change on mutes;
drop trigger blocks_conversations_after_change on blocks;
drop function app.before_profile_delete_conversations(), app.after_member_change_in_conversations(), app.after_relation_change_in_conversations();
