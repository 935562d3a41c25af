-- Posts, questions and answers, their votes and mentions.
--   posts: inserted by viewers; soft-deleted through app.delete_post(). A soft-deleted row stays for its
--     comment thread, and no policy shows it. mentioned_handles comes from the service, which parses the
--     text; a trigger inserts mentions and notifications from it. posts_created serves the latest feed,
--     posts_author_created profile pages and the following feed.
--   post_stats: cached counts, written by triggers. A separate narrow table, so that a vote rewrites 60
--     bytes, not the post.
--   post_votes: one row per (post, voter), visible to the voter only.

-- migrate:up
create type post_kind as enum ('post', 'question', 'answer');

create table posts (
  id uuid primary key default uuidv7(),
  kind post_kind not null,
  author_id uuid not null references profiles on delete cascade,
  question_id uuid references posts on delete cascade,
  title text check (length(title) between 1 and 200),
  body text not null check (length(body) between 1 and 20000),
  mentioned_handles text[] not null default '{}' check (cardinality(mentioned_handles) <= 20),
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint posts_only_questions_have_titles check ((kind = 'question') = (title is not null)),
  constraint posts_only_answers_have_questions check ((kind = 'answer') = (question_id is not null))
);
-- Latest feed.
create index posts_created on posts (created_at desc, id desc) where deleted_at is null;
-- Profile pages and the following feed.
create index posts_author_created on posts (author_id, created_at desc, id desc) where deleted_at is null;
create index posts_author on posts (author_id);
create index posts_question on posts (question_id) where question_id is not null;

create table post_stats (
  post_id uuid primary key references posts on delete cascade,
  upvotes int not null default 0 check (upvotes >= 0),
  downvotes int not null default 0 check (downvotes >= 0),
  comments int not null default 0 check (comments >= 0),
  answers int not null default 0 check (answers >= 0),
  version bigint not null default 0
) with (fillfactor = 50);

create table post_votes (
  post_id uuid not null references posts on delete cascade,
  voter_id uuid not null references profiles on delete cascade,
  value smallint not null check (value in (-1, 1)),
  created_at timestamptz not null default now(),
  primary key (post_id, voter_id)
);
create index post_votes_voter on post_votes (voter_id, post_id);

create table mentions (
  id uuid primary key default uuidv7(),
  post_id uuid not null references posts on delete cascade,
  comment_id uuid,
  mentioned_id uuid not null references profiles on delete cascade,
  mentioned_by uuid not null references profiles on delete cascade,
  created_at timestamptz not null default now(),
  unique nulls not distinct (post_id, comment_id, mentioned_id)
);
create index mentions_mentioned on mentions (mentioned_id);
create index mentions_mentioned_by on mentions (mentioned_by);

call app.force_row_security('posts');
call app.force_row_security('post_stats');
call app.force_row_security('post_votes');
call app.force_row_security('mentions');

grant select on posts, post_stats to plaza_app;
grant insert (id, kind, author_id, question_id, title, body, mentioned_handles) on posts to plaza_app;
grant select, insert (post_id, voter_id, value), update (value), delete on post_votes to plaza_app;
create policy posts_viewer_select on posts for select to plaza_app
  using (deleted_at is null and author_id <> all ((select app.hidden())::uuid[]));
create policy posts_viewer_insert on posts for insert to plaza_app with check (author_id = (select app.viewer()));
create policy post_stats_viewer_select on post_stats for select to plaza_app using (true);
-- A vote is visible to its voter only.
create policy post_votes_viewer_select on post_votes for select to plaza_app using (voter_id = (select app.viewer()));
create policy post_votes_viewer_insert on post_votes for insert to plaza_app with check (voter_id = (select app.viewer()));
create policy post_votes_viewer_update on post_votes for update to plaza_app using (voter_id = (select app.viewer()));
create policy post_votes_viewer_delete on post_votes for delete to plaza_app using (voter_id = (select app.viewer()));

create function app.post_counts_json(s post_stats) returns jsonb language sql immutable
  return jsonb_build_object('upvotes', (s).upvotes, 'downvotes', (s).downvotes, 'score', (s).upvotes - (s).downvotes,
    'comments', (s).comments, 'answers', (s).answers, 'version', (s).version);
create function app.post_json(p posts, s post_stats, author profiles, question_title text) returns jsonb language sql immutable
  return jsonb_build_object('id', (p).id, 'kind', (p).kind, 'title', (p).title, 'body', (p).body,
    'question', case when question_title is null then null else jsonb_build_object('id', (p).question_id, 'title', question_title) end,
    'author', app.person_json(author), 'createdAt', app.iso((p).created_at), 'counts', app.post_counts_json(s), 'viewer', null);
grant execute on function app.post_counts_json(post_stats), app.post_json(posts, post_stats, profiles, text)
  to plaza_app, plaza_service, plaza_internal;

-- State of a post for the viewer: 'open', 'gone' (deleted) or 'missing'. A post across a block is 'missing'
-- even if deleted.
create function app.post_state(wanted uuid) returns text
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select coalesce((select case when author_id = any (app.hidden()) then 'missing' when deleted_at is not null then 'gone' else 'open' end
      from posts where id = wanted), 'missing');
  end;
grant execute on function app.post_state(uuid) to plaza_app;

-- Raises GONE or NOT_FOUND unless `actor` may act on the post.
create function app.require_open_post(wanted uuid, actor uuid) returns posts
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare found_post posts;
begin
  select * into found_post from posts where id = wanted;
  if not found or app.blocked_between(found_post.author_id, actor) then perform app.refuse(404, 'NOT_FOUND'); end if;
  if found_post.deleted_at is not null then perform app.refuse(410, 'GONE'); end if;
  return found_post;
end $$;

-- The same check for the viewer, without returning the row.
create function app.require_votable_post(wanted uuid) returns void
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform app.require_open_post(wanted, app.viewer());
end $$;
grant execute on function app.require_votable_post(uuid) to plaza_app;

create function app.excerpt(body text) returns text language sql immutable
  return case when length(body) > 140 then rtrim(left(body, 139)) || '…' else body end;
create function app.post_link(p posts) returns text language sql immutable
  return '/posts/' || (p).id;
grant execute on function app.excerpt(text), app.post_link(posts) to plaza_internal;

-- Guards posts: an answer needs an open question.
create function app.guard_post() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare question posts;
begin
  if new.kind = 'answer' then
    question := app.require_open_post(new.question_id, new.author_id);
    if question.kind <> 'question' then perform app.refuse(409, 'CONFLICT'); end if;
  end if;
  return new;
end $$;
create trigger posts_guard_before_insert before insert on posts for each row execute function app.guard_post();

-- Counts a new post, publishes a new answer to its question's room, and inserts mentions and notifications.
create function app.after_post_insert() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  author profiles;
  stats post_stats;
  question posts;
  mentioned uuid;
begin
  insert into post_stats (post_id) values (new.id) returning * into stats;
  update user_stats set posts_count = posts_count + (new.kind <> 'answer')::int, answers_count = answers_count + (new.kind = 'answer')::int,
    version = version + 1, updated_at = now() where user_id = new.author_id;
  if new.kind = 'answer' then
    select * into author from profiles where user_id = new.author_id;
    select * into question from posts where id = new.question_id;
    update post_stats set answers = answers + 1, version = version + 1 where post_id = question.id;
    perform app.emit('post:' || question.id, 'answer.created', app.post_json(new, stats, author, question.title));
    if question.author_id <> new.author_id then
      insert into badges (user_id, badge) values (new.author_id, 'first_answer') on conflict do nothing;
    end if;
  end if;
  insert into mentions (post_id, mentioned_id, mentioned_by)
    select new.id, p.user_id, new.author_id from profiles p
    where p.handle = any (new.mentioned_handles) and p.user_id <> new.author_id order by p.user_id;
  -- At most one notification per account: a mention replaces "answered your question".
  for mentioned in select m.mentioned_id from mentions m where m.post_id = new.id and m.comment_id is null order by 1 loop
    -- No notification about an answer to a question whose author has a block with the mentioned account.
    continue when new.kind = 'answer' and app.blocked_between(mentioned, question.author_id);
    perform app.notify(mentioned, 'mention', 'post', new.id, new.author_id, app.post_link(new), 'mentioned you',
      jsonb_build_object('excerpt', app.excerpt(new.body)));
  end loop;
  if new.kind = 'answer' and not exists (select from mentions m where m.post_id = new.id and m.mentioned_id = question.author_id) then
    perform app.notify(question.author_id, 'post_comment', 'post', new.id, new.author_id, app.post_link(new),
      'answered your question', jsonb_build_object('excerpt', app.excerpt(new.body)));
  end if;
  return null;
end $$;
create trigger posts_stats_after_insert after insert on posts for each row execute function app.after_post_insert();

-- Reverts the counts, removes the text from notifications, and publishes the deletion.
create function app.after_post_delete() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update user_stats set posts_count = posts_count - (old.kind <> 'answer')::int, answers_count = answers_count - (old.kind = 'answer')::int,
    version = version + 1, updated_at = now() where user_id = old.author_id;
  update notifications set detail = detail - 'excerpt' where entity_id = old.id;
  perform app.emit('post:' || old.id, 'post.deleted', jsonb_build_object('id', old.id));
  if old.kind = 'answer' then
    -- Does nothing when the question itself is being deleted with its answers.
    update post_stats set answers = answers - 1, version = version + 1
      where post_id = old.question_id and exists (select from posts where id = old.question_id);
    perform app.emit('post:' || old.question_id, 'post.deleted', jsonb_build_object('id', old.id));
  end if;
  return null;
end $$;
create trigger posts_soft_delete_after_update after update of deleted_at on posts
  for each row when (old.deleted_at is null and new.deleted_at is not null) execute function app.after_post_delete();
-- The row itself is deleted with its author's account or with its question.
create trigger posts_stats_after_delete after delete on posts
  for each row when (old.deleted_at is null) execute function app.after_post_delete();

-- Deleting the row deletes its votes by foreign key, after the post is gone, so that the trigger on
-- post_votes cannot find the author. The author's upvote count is therefore corrected here.
create function app.before_post_delete() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update user_stats set version = version + 1, updated_at = now(), upvotes_count = upvotes_count
      - (select count(*) from post_votes v where v.post_id = old.id and v.value = 1 and v.voter_id <> old.author_id)::int
    where user_id = old.author_id and exists (select from post_votes v where v.post_id = old.id);
  return old;
end $$;
create trigger posts_stats_before_delete before delete on posts for each row execute function app.before_post_delete();

-- Soft-deletes the viewer's own post. Raises GONE for a deleted post, NOT_FOUND, and FORBIDDEN for another
-- author's post.
create function app.delete_post(wanted uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare target posts := app.require_open_post(wanted, app.viewer());
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  if target.author_id <> app.viewer() then perform app.refuse(403, 'FORBIDDEN'); end if;
  update posts set deleted_at = now() where id = wanted and deleted_at is null;
end $$;
grant execute on function app.delete_post(uuid) to plaza_app;

-- Publishes new counts to the rooms of the post, of its question, and of its author.
create function app.after_post_stats_update() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  payload jsonb := jsonb_build_object('id', new.post_id, 'counts', app.post_counts_json(new));
  post posts;
begin
  select * into post from posts where id = new.post_id;
  if not found then return null; end if; -- the post itself is being deleted
  perform app.emit('post:' || new.post_id, 'post.counted', payload);
  if post.kind = 'answer' then perform app.emit('post:' || post.question_id, 'post.counted', payload); end if;
  perform app.emit('user:' || post.author_id, 'post.counted', payload);
  return null;
end $$;
create trigger post_stats_outbox_after_update after update on post_stats for each row
  when (old.version <> new.version) execute function app.after_post_stats_update();

-- Guards post_votes: the post must be open for the voter.
create function app.guard_post_vote() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.require_open_post(new.post_id, new.voter_id);
  return new;
end $$;
create trigger post_votes_guard_before_write before insert or update on post_votes for each row execute function app.guard_post_vote();

-- Updates the counts of the post and of its author, publishes the vote to the voter's room, and notifies for
-- an upvote.
create function app.after_post_vote() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  post posts;
  old_value int := case when tg_op = 'INSERT' then 0 else old.value end;
  new_value int := case when tg_op = 'DELETE' then 0 else new.value end;
  voter uuid := case when tg_op = 'DELETE' then old.voter_id else new.voter_id end;
  voted_post uuid := case when tg_op = 'DELETE' then old.post_id else new.post_id end;
begin
  if old_value = new_value then return null; end if;
  select * into post from posts where id = voted_post;
  if not found then return null; end if; -- the post is being deleted with its counts
  update post_stats set upvotes = upvotes + (new_value = 1)::int - (old_value = 1)::int,
    downvotes = downvotes + (new_value = -1)::int - (old_value = -1)::int, version = version + 1 where post_id = voted_post;
  if (new_value = 1) <> (old_value = 1) and post.author_id <> voter then
    update user_stats set upvotes_count = upvotes_count + (new_value = 1)::int - (old_value = 1)::int, version = version + 1, updated_at = now()
      where user_id = post.author_id;
  end if;
  perform app.emit('user:' || voter, 'vote.changed', jsonb_build_object('target', 'post', 'id', voted_post, 'value', new_value));
  if new_value = 1 then
    perform app.notify(post.author_id, case when post.kind = 'answer' then 'answer_upvote' else 'post_upvote' end::notification_type,
      'post', post.id, voter, app.post_link(post), 'upvoted your ' || post.kind,
      jsonb_build_object('excerpt', app.excerpt(coalesce(post.title, post.body))));
  end if;
  return null;
end $$;
create trigger post_votes_stats_after_change after insert or update or delete on post_votes
  for each row execute function app.after_post_vote();

call app.transfer_function_ownership();

-- migrate:down
drop function app.post_json(posts, post_stats, profiles, text), app.post_counts_json(post_stats), app.post_link(posts);
drop function app.require_votable_post(uuid), app.require_open_post(uuid, uuid), app.post_state(uuid);
drop table mentions, post_votes, post_stats, posts;
drop function app.after_post_vote(), app.guard_post_vote(), app.after_post_stats_update(), app.delete_post(uuid), app.before_post_delete(),
  app.after_post_delete(), app.after_post_insert(), app.guard_post(), app.excerpt(text);
drop type post_kind;
