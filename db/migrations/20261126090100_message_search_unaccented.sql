-- Message search without regard to accents ("zemel" and "žeme" find "žemėlapis"), with snippets and an
-- optional conversation. The function with four arguments stays for the release that was running before;
-- 20261128190000 drops it.

-- migrate:up
alter table messages alter column search set expression as (to_tsvector('text_search.unaccented'::regconfig, content));

-- Parses a search box query ("exact phrase", -not, or). The last word matches as a prefix. Null when it has
-- no word to find.
create or replace function app.search_query(search_text text) returns tsquery language plpgsql immutable as $$
declare query tsquery := websearch_to_tsquery('text_search.unaccented', search_text);
begin
  if query::text ~ '''$' and search_text !~ '"\s*$' then query := (query::text || ':*')::tsquery; end if;
  -- A query of negated words alone would match every message.
  return case when querytree(query) not in ('', 'T') then query end;
end $$;

-- The viewer's messages that match a query, newest first, before (before_at, before_id) if given, of one
-- conversation if `only_in` is given. Without deleted messages and messages of hidden accounts. The snippet
-- has [[ and ]] around each match; of a message over 70 characters it is the part around a match, about two
-- lines of a list.
create function app.search_messages(search_text text, only_in uuid, before_at timestamptz, before_id uuid, most int)
  returns table (view jsonb, at timestamptz, id uuid)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  query tsquery := app.search_query(search_text);
  mine uuid[] := app.my_conversations();
  blocked uuid[] := app.hidden();
  hidden uuid[] := app.hidden_from(app.viewer());
begin
  if only_in is not null then mine := case when only_in = any (mine) then array[only_in] else '{}'::uuid[] end; end if;
  if query is null or cardinality(mine) = 0 then return; end if;
  return query
    select app.message_json(m, case when c.kind = 'group' then hidden else '{}' end)
        || jsonb_build_object('snippet', ts_headline('text_search.unaccented', m.content, query,
             'StartSel=[[, StopSel=]], ShortWord=0, ' || case when length(m.content) <= 70 then 'HighlightAll=true'
               else 'MaxFragments=1, MaxWords=12, MinWords=6' end)),
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
grant execute on function app.search_messages(text, uuid, timestamptz, uuid, int) to plaza_app;

call app.transfer_function_ownership();

-- migrate:down
drop function app.search_messages(text, uuid, timestamptz, uuid, int);
alter table messages alter column search set expression as (to_tsvector('simple', content));
create or replace function app.search_query(search_text text) returns tsquery language plpgsql immutable as $$
declare query tsquery := websearch_to_tsquery('simple', search_text);
begin
  if query::text ~ '''$' and search_text !~ '"\s*$' then query := (query::text || ':*')::tsquery; end if;
  -- A query of negated words alone would match every message.
  return case when querytree(query) not in ('', 'T') then query end;
end $$;
