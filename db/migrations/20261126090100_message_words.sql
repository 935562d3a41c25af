-- Search in messages finds words with or without their accents ("zemel", "žeme" find "žemėlapis"), shows the words around what
-- was found, and can keep to one conversation. The function with four arguments stays for the version that still runs; nothing
-- else calls it, and a later migration takes it away.

-- migrate:up
alter table messages alter column search set expression as (to_tsvector('words.plain'::regconfig, content));

-- The words as people type them in a search box ("exact words", -not, or), the last one as far as it is typed. Null when
-- there is nothing in them to look for.
create or replace function app.search_query(words text) returns tsquery language plpgsql immutable as $$
declare query tsquery := websearch_to_tsquery('words.plain', words);
begin
  if query::text ~ '''$' and words !~ '"\s*$' then query := (query::text || ':*')::tsquery; end if;
  -- Only what is not to be there would be found everywhere.
  return case when querytree(query) not in ('', 'T') then query end;
end $$;

-- The viewer's messages with these words, newest first, before (before_at, before_id) if given; of one conversation alone if
-- `only_in` is given. Without what was deleted, and without the words of people the viewer is not shown. The snippet has
-- [[ and ]] around each match and is as long as two lines of a list: of a longer message, the words around a match.
create function app.search_messages(words text, only_in uuid, before_at timestamptz, before_id uuid, most int)
  returns table (view jsonb, at timestamptz, id uuid)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  query tsquery := app.search_query(words);
  mine uuid[] := app.my_conversations();
  blocked uuid[] := app.hidden();
  hidden uuid[] := app.hidden_from(app.viewer());
begin
  if only_in is not null then mine := case when only_in = any (mine) then array[only_in] else '{}'::uuid[] end; end if;
  if query is null or cardinality(mine) = 0 then return; end if;
  return query
    select app.message_json(m, case when c.kind = 'group' then hidden else '{}' end)
        || jsonb_build_object('snippet', ts_headline('words.plain', m.content, query,
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

call app.hand_over_functions();

-- migrate:down
drop function app.search_messages(text, uuid, timestamptz, uuid, int);
alter table messages alter column search set expression as (to_tsvector('simple', content));
create or replace function app.search_query(words text) returns tsquery language plpgsql immutable as $$
declare query tsquery := websearch_to_tsquery('simple', words);
begin
  if query::text ~ '''$' and words !~ '"\s*$' then query := (query::text || ':*')::tsquery; end if;
  -- Only what is not to be there would be found everywhere.
  return case when querytree(query) not in ('', 'T') then query end;
end $$;
