-- People search by a prefix of the handle or of the words of the name, with or without accents.
--   `text_search.unaccented`: a text search configuration without stemming that removes accents: "žemėlapis"
--     and "zemelapis" are the same word. In a schema of its own, because the functions of an extension can be
--     executed by PUBLIC.
--   Indexes: profiles_handle_prefix for handles, profiles_name_words for names.

-- migrate:up
create schema text_search;
grant usage on schema text_search to plaza_internal;
create extension unaccent with schema text_search;
create text search configuration text_search.unaccented (copy = pg_catalog.simple);
alter text search configuration text_search.unaccented
  alter mapping for word, asciiword, hword, asciihword, hword_part, hword_asciipart, numword, numhword, hword_numpart
  with text_search.unaccent, pg_catalog.simple;

-- Serves app.find_people. Punctuation is replaced by spaces, because the parser takes "ann.berzins" for a
-- host name.
create index profiles_name_words on profiles
  using gin (to_tsvector('text_search.unaccented'::regconfig, translate(name, '.-_/@', '     ')));

-- Parses a name: every word matches as a prefix. Null when it has no word to find.
create function app.name_query(search_text text) returns tsquery language plpgsql immutable as $$
declare query text := plainto_tsquery('text_search.unaccented', translate(search_text, '.-_/@', '     '))::text;
begin
  return nullif(replace(query, ''' &', ''':* &') || case when query <> '' then ':*' else '' end, '')::tsquery;
end $$;
grant execute on function app.name_query(text) to plaza_internal;

-- Accounts that match, best first: the exact handle, accounts with a direct conversation (latest message
-- first), followed accounts, then by handle. An empty text returns only accounts with a conversation and
-- followed ones. Never the viewer or an account across a block. SECURITY DEFINER, because row security keeps
-- `@@` from using the index; it returns ids only, and the viewer's own policies apply to the rows read with
-- them.
create function app.find_people(search_text text, most int) returns table (user_id uuid, rank bigint)
  language plpgsql stable rows 20 security definer set search_path = public, pg_temp as $$
declare
  me uuid := app.viewer();
  handle_start text := lower(ltrim(btrim(search_text), '@'));
  query tsquery := app.name_query(search_text);
  hidden uuid[] := app.hidden() || me;
  -- The limit of each of the three subqueries as well as of the result.
  wanted int := least(most, 50);
begin
  if me is null then return; end if;
  return query
    with written as materialized (
      select o.user_id as id, c.last_message_at as at
      from conversation_participants p
      join conversations c on c.id = p.conversation_id and c.kind = 'direct' and c.last_message_seq > 0
      join conversation_participants o on o.conversation_id = c.id and o.user_id <> me
      where p.user_id = me and p.state = 'accepted'
    ), known as materialized (
      select k.id, max(k.at) as wrote_at, max(k.followed_at) as followed_at from (
        select w.id, w.at, null::timestamptz as followed_at from written w
        union all
        select f.following_id, null, f.created_at from user_follows f where f.follower_id = me) k
      where k.id <> all (hidden) group by k.id
    ), found as (
      (select p.user_id as id from known k join profiles p on p.user_id = k.id
        where handle_start = '' or starts_with(p.handle, handle_start)
          or to_tsvector('text_search.unaccented'::regconfig, translate(p.name, '.-_/@', '     ')) @@ query
        order by k.wrote_at desc nulls last, k.followed_at desc limit wanted)
      union
      -- A range on the index profiles_handle_prefix: `{` follows `z`, the greatest character of a handle.
      (select p.user_id from profiles p
        where handle_start <> '' and p.handle ~>=~ handle_start and p.handle ~<~ (handle_start || '{')
          and p.user_id <> all (hidden)
        order by p.handle using ~<~ limit wanted)
      union
      (select p.user_id from profiles p
        where to_tsvector('text_search.unaccented'::regconfig, translate(p.name, '.-_/@', '     ')) @@ query and p.user_id <> all (hidden)
        limit wanted)
    )
    select p.user_id, row_number() over (order by p.handle = handle_start desc, k.wrote_at desc nulls last,
        k.followed_at desc nulls last, p.handle)
      from found f join profiles p on p.user_id = f.id left join known k on k.id = f.id
      order by 2 limit wanted;
end $$;
grant execute on function app.find_people(text, int) to plaza_app;

call app.transfer_function_ownership();

-- migrate:down
drop function app.find_people(text, int), app.name_query(text);
drop index profiles_name_words;
drop schema text_search cascade;
