-- Comments, nested up to eight levels, and their votes.
--   path: the ids from the root comment to this one, 16 bytes each. comments_thread orders a thread by it:
--     depth first, oldest first; the cursor of a page is the last path. A reply below the deepest level keeps
--     its parent_id and gets a path on the deepest level. bytea and not uuid[]: under row security only
--     leakproof operators can use an index, and those of arrays are not leakproof.
--   Deleting is soft: the comment stays in the thread without text and author. When its author's account is
--     deleted, the row stays without author if other accounts have replied below it.
--   client_id: id from the author's browser; its unique index makes a comment that is sent twice one row.
--   comment_stats: cached counts, written by triggers.
--   comment_votes: one row per (comment, voter), visible to the voter only.

-- migrate:up
create table comments (
  id uuid primary key default uuidv7(),
  post_id uuid not null references posts on delete cascade,
  author_id uuid references profiles on delete cascade,
  parent_id uuid references comments on delete cascade,
  path bytea not null,
  depth smallint not null check (depth between 0 and 7),
  body text not null check (length(body) between 1 and 5000),
  client_id uuid,
  mentioned_handles text[] not null default '{}' check (cardinality(mentioned_handles) <= 20),
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint comments_path_length_matches_depth check (length(path) = 16 * (depth + 1)),
  constraint comments_only_deleted_lack_author check (author_id is not null or deleted_at is not null)
);
create unique index comments_thread on comments (post_id, path);
create unique index comments_client_id on comments (author_id, client_id) where client_id is not null;
create index comments_author on comments (author_id, created_at desc);
create index comments_parent on comments (parent_id) where parent_id is not null;
alter table mentions add constraint mentions_comment foreign key (comment_id) references comments on delete cascade;
create index mentions_comment on mentions (comment_id) where comment_id is not null;

create table comment_stats (
  comment_id uuid primary key references comments on delete cascade,
  upvotes int not null default 0 check (upvotes >= 0),
  downvotes int not null default 0 check (downvotes >= 0),
  replies int not null default 0 check (replies >= 0),
  version bigint not null default 0
) with (fillfactor = 50);

create table comment_votes (
  comment_id uuid not null references comments on delete cascade,
  voter_id uuid not null references profiles on delete cascade,
  value smallint not null check (value in (-1, 1)),
  created_at timestamptz not null default now(),
  primary key (comment_id, voter_id)
);
create index comment_votes_voter on comment_votes (voter_id, comment_id);

call app.force_row_security('comments');
call app.force_row_security('comment_stats');
call app.force_row_security('comment_votes');

grant select on comments, comment_stats to plaza_app;
grant insert (id, post_id, author_id, parent_id, body, client_id, mentioned_handles) on comments to plaza_app;
grant select, insert (comment_id, voter_id, value), update (value), delete on comment_votes to plaza_app;
create policy comments_viewer_select on comments for select to plaza_app
  using (author_id is null or author_id <> all ((select app.hidden())::uuid[]));
create policy comments_viewer_insert on comments for insert to plaza_app with check (author_id = (select app.viewer()));
create policy comment_stats_viewer_select on comment_stats for select to plaza_app using (true);
create policy comment_votes_viewer_select on comment_votes for select to plaza_app using (voter_id = (select app.viewer()));
create policy comment_votes_viewer_insert on comment_votes for insert to plaza_app with check (voter_id = (select app.viewer()));
create policy comment_votes_viewer_update on comment_votes for update to plaza_app using (voter_id = (select app.viewer()));
create policy comment_votes_viewer_delete on comment_votes for delete to plaza_app using (voter_id = (select app.viewer()));

create function app.comment_counts_json(s comment_stats) returns jsonb language sql immutable
  return jsonb_build_object('upvotes', (s).upvotes, 'downvotes', (s).downvotes, 'score', (s).upvotes - (s).downvotes,
    'replies', (s).replies, 'version', (s).version);
-- A deleted comment has neither body nor author.
create function app.comment_json(c comments, s comment_stats, author profiles) returns jsonb language sql immutable
  return jsonb_build_object('id', (c).id, 'postId', (c).post_id, 'parentId', (c).parent_id, 'depth', (c).depth, 'clientId', (c).client_id,
    'body', case when (c).deleted_at is null then (c).body end,
    'author', case when (c).deleted_at is null then app.person_json(author) end,
    'createdAt', app.iso((c).created_at), 'deletedAt', case when (c).deleted_at is not null then app.iso((c).deleted_at) end,
    'counts', app.comment_counts_json(s), 'viewer', null);
grant execute on function app.comment_counts_json(comment_stats), app.comment_json(comments, comment_stats, profiles)
  to plaza_app, plaza_service, plaza_internal;

-- Raises GONE or NOT_FOUND unless `actor` may act on the comment and its post.
create function app.require_open_comment(wanted uuid, actor uuid) returns comments
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare found_comment comments;
begin
  select * into found_comment from comments where id = wanted;
  if not found or app.blocked_between(found_comment.author_id, actor) then perform app.refuse(404, 'NOT_FOUND'); end if;
  perform app.require_open_post(found_comment.post_id, actor);
  if found_comment.deleted_at is not null then perform app.refuse(410, 'GONE'); end if;
  return found_comment;
end $$;

-- The same check for the viewer, without returning the row.
create function app.require_votable_comment(wanted uuid) returns void
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform app.require_open_comment(wanted, app.viewer());
end $$;
grant execute on function app.require_votable_comment(uuid) to plaza_app;

-- Guards comments: post and parent must be open for the author. Sets depth and path.
create function app.guard_comment() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare parent comments;
begin
  perform app.require_open_post(new.post_id, new.author_id);
  if new.parent_id is null then
    new.depth := 0;
    new.path := uuid_send(new.id);
  else
    parent := app.require_open_comment(new.parent_id, new.author_id);
    if parent.post_id <> new.post_id then perform app.refuse(404, 'NOT_FOUND'); end if;
    new.depth := least(parent.depth + 1, 7);
    new.path := substring(parent.path for 16 * new.depth) || uuid_send(new.id);
  end if;
  return new;
end $$;
create trigger comments_guard_before_insert before insert on comments for each row execute function app.guard_comment();

-- Counts a new comment, publishes it to the post's room, and inserts mentions and notifications.
create function app.after_comment_insert() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  author profiles;
  stats comment_stats;
  post posts;
  parent_author uuid;
  notified uuid[] := '{}';
  mentioned uuid;
  link text := '/posts/' || new.post_id || '#comment-' || new.id;
  detail jsonb := jsonb_build_object('excerpt', app.excerpt(new.body));
begin
  insert into comment_stats (comment_id) values (new.id) returning * into stats;
  select * into author from profiles where user_id = new.author_id;
  select * into post from posts where id = new.post_id;
  perform app.emit('post:' || new.post_id, 'comment.created', app.comment_json(new, stats, author));
  update post_stats set comments = comments + 1, version = version + 1 where post_id = new.post_id;
  if new.parent_id is not null then
    update comment_stats set replies = replies + 1, version = version + 1 where comment_id = new.parent_id;
    select author_id into parent_author from comments where id = new.parent_id;
  end if;
  insert into mentions (post_id, comment_id, mentioned_id, mentioned_by)
    select new.post_id, new.id, p.user_id, new.author_id from profiles p
    where p.handle = any (new.mentioned_handles) and p.user_id <> new.author_id order by p.user_id;
  -- At most one notification per account, of the most specific type: reply, then mention, then comment. None
  -- across a block with the post's author.
  if parent_author is not null and not app.blocked_between(parent_author, post.author_id) then
    perform app.notify(parent_author, 'comment_reply', 'comment', new.id, new.author_id, link, 'replied to your comment', detail);
    notified := notified || parent_author;
  end if;
  for mentioned in select m.mentioned_id from mentions m where m.comment_id = new.id order by 1 loop
    if mentioned <> all (notified) and not app.blocked_between(mentioned, post.author_id) then
      perform app.notify(mentioned, 'mention', 'comment', new.id, new.author_id, link, 'mentioned you', detail);
      notified := notified || mentioned;
    end if;
  end loop;
  if post.author_id <> all (notified) then
    perform app.notify(post.author_id, case when post.kind = 'answer' then 'answer_comment' else 'post_comment' end::notification_type,
      'comment', new.id, new.author_id, link, 'commented on your ' || post.kind, detail);
  end if;
  return null;
end $$;
create trigger comments_stats_after_insert after insert on comments for each row execute function app.after_comment_insert();

-- Reverts the counts, removes the text from notifications, and publishes the deletion.
create function app.after_comment_delete() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- Deleted text must not stay in notifications of other accounts.
  update notifications set detail = detail - 'excerpt' where entity_id = old.id;
  perform app.emit('post:' || old.post_id, 'comment.deleted',
    jsonb_build_object('id', old.id, 'deletedAt', app.iso(coalesce(new.deleted_at, now()))));
  -- Does nothing for a post or parent that is being deleted with its comments.
  update post_stats set comments = comments - 1, version = version + 1
    where post_id = old.post_id and exists (select from posts where id = old.post_id);
  update comment_stats set replies = replies - 1, version = version + 1
    where comment_id = old.parent_id and exists (select from comments where id = old.parent_id);
  return null;
end $$;
create trigger comments_soft_delete_after_update after update of deleted_at on comments
  for each row when (old.deleted_at is null and new.deleted_at is not null) execute function app.after_comment_delete();
-- The row itself is deleted with its author's account or with its post.
create trigger comments_stats_after_delete after delete on comments
  for each row when (old.deleted_at is null) execute function app.after_comment_delete();

-- Soft-deletes the viewer's own comment, also across a block and under a deleted post. Raises GONE, NOT_FOUND
-- or FORBIDDEN.
create function app.delete_comment(wanted uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare target comments;
begin
  if app.viewer() is null then perform app.refuse(401, 'UNAUTHENTICATED'); end if;
  select * into target from comments where id = wanted;
  if target.author_id is distinct from app.viewer() then
    perform app.require_open_comment(wanted, app.viewer());
    perform app.refuse(403, 'FORBIDDEN');
  end if;
  if target.deleted_at is not null then perform app.refuse(410, 'GONE'); end if;
  update comments set deleted_at = now() where id = wanted and deleted_at is null;
end $$;
grant execute on function app.delete_comment(uuid) to plaza_app;

-- Publishes new counts to the post's room.
create function app.after_comment_stats_update() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare post uuid := (select post_id from comments where id = new.comment_id);
begin
  if post is null then return null; end if; -- the comment itself is being deleted
  perform app.emit('post:' || post, 'comment.counted',
    jsonb_build_object('id', new.comment_id, 'counts', app.comment_counts_json(new)));
  return null;
end $$;
create trigger comment_stats_outbox_after_update after update on comment_stats for each row
  when (old.version <> new.version) execute function app.after_comment_stats_update();

-- Guards comment_votes: the comment must be open for the voter.
create function app.guard_comment_vote() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform app.require_open_comment(new.comment_id, new.voter_id);
  return new;
end $$;
create trigger comment_votes_guard_before_write before insert or update on comment_votes
  for each row execute function app.guard_comment_vote();

-- Updates the comment's counts and publishes the vote to the voter's room.
create function app.after_comment_vote() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  old_value int := case when tg_op = 'INSERT' then 0 else old.value end;
  new_value int := case when tg_op = 'DELETE' then 0 else new.value end;
  voter uuid := case when tg_op = 'DELETE' then old.voter_id else new.voter_id end;
  voted_comment uuid := case when tg_op = 'DELETE' then old.comment_id else new.comment_id end;
begin
  if old_value = new_value then return null; end if;
  update comment_stats set upvotes = upvotes + (new_value = 1)::int - (old_value = 1)::int,
    downvotes = downvotes + (new_value = -1)::int - (old_value = -1)::int, version = version + 1 where comment_id = voted_comment;
  perform app.emit('user:' || voter, 'vote.changed', jsonb_build_object('target', 'comment', 'id', voted_comment, 'value', new_value));
  return null;
end $$;
create trigger comment_votes_stats_after_change after insert or update or delete on comment_votes
  for each row execute function app.after_comment_vote();

-- Deletes the content of an account before its profile: votes first, then comments, then posts. With foreign
-- keys alone all rows would be deleted before the first count is corrected, and an upvote on an answer that
-- is deleted with its question would stay in the count. A comment that has a reply of another account below
-- it stays, without author and text.
create function app.before_profile_delete_content() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from post_votes where voter_id = old.user_id;
  delete from comment_votes where voter_id = old.user_id;
  -- Waits for uncommitted replies, so that the query below sees them.
  perform from comments where author_id = old.user_id order by id for update;
  with recursive kept as (
    select parent.id, parent.parent_id from comments parent join comments reply on reply.parent_id = parent.id
      where parent.author_id = old.user_id and reply.author_id is distinct from old.user_id
    union
    select parent.id, parent.parent_id from comments parent join kept on kept.parent_id = parent.id
      where parent.author_id = old.user_id
  )
  update comments set author_id = null, body = '-', client_id = null, mentioned_handles = '{}',
    deleted_at = coalesce(deleted_at, now()) where id in (select id from kept);
  delete from comments where author_id = old.user_id;
  delete from posts where author_id = old.user_id;
  return old;
end $$;
create trigger profiles_content_before_delete before delete on profiles for each row execute function app.before_profile_delete_content();

call app.transfer_function_ownership();

-- migrate:down
drop trigger profiles_content_before_delete on profiles;
drop function app.before_profile_delete_content();
drop function app.comment_json(comments, comment_stats, profiles), app.comment_counts_json(comment_stats);
drop function app.require_votable_comment(uuid), app.require_open_comment(uuid, uuid);
alter table mentions drop constraint mentions_comment;
drop index mentions_comment;
drop table comment_votes, comment_stats, comments;
drop function app.after_comment_vote(), app.guard_comment_vote(), app.after_comment_stats_update(), app.delete_comment(uuid),
  app.after_comment_delete(), app.after_comment_insert(), app.guard_comment();
