-- People are found by the beginning of their handle, or of the words of their name, with or without its accents.
--   `words.plain` cuts text into words as they are spelt, accents aside: "žemėlapis" and "zemelapis" are one word.
--   It has a schema of its own, because an extension brings functions that everybody may call.

-- migrate:up
create schema words;
grant usage on schema words to plaza_internal;
create extension unaccent with schema words;
create text search configuration words.plain (copy = pg_catalog.simple);
alter text search configuration words.plain
  alter mapping for word, asciiword, hword, asciihword, hword_part, hword_asciipart, numword, numhword, hword_numpart
  with words.unaccent, pg_catalog.simple;

-- Serves app.find_people. Punctuation parts words here: the parser would keep "ann.berzins" as one host's name.
create index profiles_name_words on profiles
  using gin (to_tsvector('words.plain'::regconfig, translate(name, '.-_/@', '     ')));

-- Every word as far as it is typed. Null when there is nothing in them to look for.
create function app.name_query(words text) returns tsquery language plpgsql immutable as $$
declare query text := plainto_tsquery('words.plain', translate(words, '.-_/@', '     '))::text;
begin
  return nullif(replace(query, ''' &', ''':* &') || case when query <> '' then ':*' else '' end, '')::tsquery;
end $$;
grant execute on function app.name_query(text) to plaza_internal;

-- People with these words, nearest first: the very handle, those the viewer wrote with (the latest first), those it follows,
-- the others by handle. Without words only whom the viewer knows. Never the viewer, nobody across a block. As an internal
-- role, because row security keeps `@@` from the index; it tells ids alone, whose rows the viewer then reads as itself.
create function app.find_people(words text, most int) returns table (user_id uuid, place bigint)
  language plpgsql stable rows 20 security definer set search_path = public, pg_temp as $$
declare
  me uuid := app.viewer();
  handle_start text := lower(ltrim(btrim(words), '@'));
  query tsquery := app.name_query(words);
  hidden uuid[] := app.hidden() || me;
  -- What one list shows at the most, and what is looked through to fill it.
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
          or to_tsvector('words.plain'::regconfig, translate(p.name, '.-_/@', '     ')) @@ query
        order by k.wrote_at desc nulls last, k.followed_at desc limit wanted)
      union
      -- A range, as the index has it: `{` comes right after `z`, the last character of a handle.
      (select p.user_id from profiles p
        where handle_start <> '' and p.handle ~>=~ handle_start and p.handle ~<~ (handle_start || '{')
          and p.user_id <> all (hidden)
        order by p.handle using ~<~ limit wanted)
      union
      (select p.user_id from profiles p
        where to_tsvector('words.plain'::regconfig, translate(p.name, '.-_/@', '     ')) @@ query and p.user_id <> all (hidden)
        limit wanted)
    )
    select p.user_id, row_number() over (order by p.handle = handle_start desc, k.wrote_at desc nulls last,
        k.followed_at desc nulls last, p.handle)
      from found f join profiles p on p.user_id = f.id left join known k on k.id = f.id
      order by 2 limit wanted;
end $$;
grant execute on function app.find_people(text, int) to plaza_app;

call app.hand_over_functions();

-- migrate:down
drop function app.find_people(text, int), app.name_query(text);
drop index profiles_name_words;
drop schema words cascade;
