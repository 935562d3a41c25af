-- Drops app.search_messages() with four arguments. The release that called it no longer runs;
-- app.search_messages() with five arguments replaced it in 20261126090100.

-- migrate:up
drop function app.search_messages(text, timestamptz, uuid, int);

-- migrate:down
-- The viewer's messages that match a query, newest first, before (before_at, before_id) if given. Without
-- deleted messages and messages of hidden accounts. The snippet has [[ and ]] around each match.
create function app.search_messages(search_text text, before_at timestamptz, before_id uuid, most int)
  returns table (view jsonb, at timestamptz, id uuid)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  query tsquery := app.search_query(search_text);
  mine uuid[] := app.my_conversations();
  blocked uuid[] := app.hidden();
  hidden uuid[] := app.hidden_from(app.viewer());
begin
  if query is null or cardinality(mine) = 0 then return; end if;
  return query
    select app.message_json(m, case when c.kind = 'group' then hidden else '{}' end)
        || jsonb_build_object('snippet', ts_headline('simple', m.content, query,
             'StartSel=[[, StopSel=]], ShortWord=0, ' || case when length(m.content) <= 160 then 'HighlightAll=true'
               else 'MaxFragments=1, MaxWords=24, MinWords=12' end)),
      m.created_at, m.id
    from (
      select f.* from messages f
      where f.search @@ query and f.conversation_id = any (mine)
        and (before_at is null or (f.created_at, f.id) < (before_at, before_id))
        and (f.sender_id is null or (f.sender_id <> all (blocked) and (f.sender_id <> all (hidden)
          or exists (select from conversations d where d.id = f.conversation_id and d.kind = 'direct'))))
      order by f.created_at desc, f.id desc limit least(most, 101)
    ) m join conversations c on c.id = m.conversation_id
    order by m.created_at desc, m.id desc;
end $$;
grant execute on function app.search_messages(text, timestamptz, uuid, int) to plaza_app;

call app.transfer_function_ownership();
