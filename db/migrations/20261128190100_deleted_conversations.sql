-- A conversation's room stores messages in its own SQLite. A conversation is deleted with its last account: an outbox row
-- makes the room delete its storage.

-- migrate:up
create function app.after_conversation_delete() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into outbox (topic, type, data) values ('conversation:' || old.id, 'conversation.deleted', '{}');
  return null;
end $$;
create trigger conversations_outbox_after_delete after delete on conversations
  for each row execute function app.after_conversation_delete();

call app.transfer_function_ownership();

-- migrate:down
drop trigger conversations_outbox_after_delete on conversations;
drop function app.after_conversation_delete();
