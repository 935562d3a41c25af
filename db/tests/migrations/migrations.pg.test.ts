import { readdir, readFile } from "node:fs/promises";
import { Client } from "pg";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { runMigrations } from "../../local/postgres/migrate.ts";
import { onDatabase } from "../../local/postgres/roles.ts";
import { createTestDatabase } from "../../testing/test-database.ts";

const MIGRATIONS = new URL("../../migrations/", import.meta.url);
const migrated = createTestDatabase();
const empty = createTestDatabase({ isEmpty: true });

/** Runs a query as superuser, who sees the whole catalog. */
async function query<Row extends object>(ownerUrl: string, text: string): Promise<Row[]> {
  const name = new URL(ownerUrl).pathname.slice(1);
  const client = new Client({ connectionString: onDatabase(inject("server").superuserUrl, name) });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const OURS = "in ('public'::regnamespace, 'app'::regnamespace)";

/** Policies for plaza_app; every table also has one for plaza_service and one for plaza_internal. */
const VIEWER_POLICIES = [
  "badges_viewer_select",
  "blocks_viewer_delete",
  "blocks_viewer_insert",
  "blocks_viewer_select",
  "comment_stats_viewer_select",
  "comment_votes_viewer_delete",
  "comment_votes_viewer_insert",
  "comment_votes_viewer_select",
  "comment_votes_viewer_update",
  "comments_viewer_insert",
  "comments_viewer_select",
  "conversation_participants_viewer_select",
  "conversations_viewer_select",
  "messages_viewer_select",
  "mutes_viewer_delete",
  "mutes_viewer_insert",
  "mutes_viewer_select",
  "notification_counts_viewer_select",
  "notifications_viewer_select",
  "notifications_viewer_update",
  "post_stats_viewer_select",
  "post_votes_viewer_delete",
  "post_votes_viewer_insert",
  "post_votes_viewer_select",
  "post_votes_viewer_update",
  "posts_viewer_insert",
  "posts_viewer_select",
  "presence_chosen_viewer_delete",
  "presence_chosen_viewer_insert",
  "presence_chosen_viewer_select",
  "profiles_viewer_select",
  "profiles_viewer_update",
  "user_follows_viewer_delete",
  "user_follows_viewer_insert",
  "user_follows_viewer_select",
  "user_settings_viewer_select",
  "user_settings_viewer_update",
  "user_stats_viewer_select",
];
const APP_FUNCTIONS = [
  "app.add_participants(uuid,uuid[])",
  "app.answer_request(uuid,boolean)",
  "app.blocked_by()",
  "app.claim_idempotency(text,text)",
  "app.collect_outbox()",
  "app.comment_counts_json(comment_stats)",
  "app.comment_json(comments,comment_stats,profiles)",
  "app.conversation_views(uuid[])",
  "app.delete_comment(uuid)",
  "app.delete_delivered_outbox(uuid[])",
  "app.delete_post(uuid)",
  "app.enter(text)",
  "app.find_people(text,integer)",
  "app.handle_is_free(text)",
  "app.hidden()",
  "app.iso(timestamp with time zone)",
  "app.leave_conversation(uuid)",
  "app.message_json(messages,uuid[])",
  "app.my_conversations()",
  "app.notification_json(notifications,profiles)",
  "app.open_conversation(uuid[],text)",
  "app.own_email()",
  "app.person_json(profiles)",
  "app.post_counts_json(post_stats)",
  "app.post_json(posts,post_stats,profiles,text)",
  "app.post_state(uuid)",
  "app.profile_stats_json(user_stats)",
  "app.refuse(integer,text)",
  "app.remove_participant(uuid,uuid)",
  "app.rename_conversation(uuid,text)",
  "app.require_other(text)",
  "app.require_votable_comment(uuid)",
  "app.require_votable_post(uuid)",
  "app.search_messages(text,uuid,timestamp with time zone,uuid,integer)",
  "app.set_participant_role(uuid,uuid,text)",
  "app.set_suspension(text,boolean,text)",
  "app.silence_conversation(uuid,boolean)",
  "app.store_idempotency_answer(text,jsonb)",
  "app.suspension_json(text)",
  "app.viewer()",
  "app.viewer_capabilities()",
];
const SERVICE_FUNCTIONS = [
  "app.cleanup_old_notifications()",
  "app.collect_outbox()",
  "app.comment_counts_json(comment_stats)",
  "app.comment_json(comments,comment_stats,profiles)",
  "app.conversation_snapshot(uuid)",
  "app.conversation_summaries(uuid)",
  "app.create_account(uuid)",
  "app.handle_is_free(text)",
  "app.hidden()",
  "app.insert_sign_up(uuid,text,text,text,text,date,text,text)",
  "app.iso(timestamp with time zone)",
  "app.last_message_json(conversations,uuid[])",
  "app.member_state_json(conversations,conversation_participants,uuid[])",
  "app.message_json(messages,uuid[])",
  "app.notification_json(notifications,profiles)",
  "app.online_users(uuid[])",
  "app.owner_create_notification_partitions(integer)",
  "app.person_json(profiles)",
  "app.post_counts_json(post_stats)",
  "app.post_json(posts,post_stats,profiles,text)",
  "app.presence_visibility(uuid[])",
  "app.profile_stats_json(user_stats)",
  "app.refuse(integer,text)",
  "app.renew_sign_up(uuid,text,text)",
  "app.sign_in_succeeded(text,text)",
  "app.store_conversation(uuid,jsonb)",
  "app.store_presence(jsonb)",
  "app.stored_message_json(messages)",
  "app.take_hourly(text[],integer[])",
  "app.take_mail(text,text,text)",
  "app.take_sign_in(text,text)",
  "app.viewer()",
];

/** All catalog objects that a migration can create, one line each, without object ids. */
const CATALOG = `
  with ours as (select oid, nspname from pg_namespace where nspname in ('public', 'app'))
  select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') as line from pg_namespace where nspname !~ '^pg_|^information_schema'
  union all select format('relation %s.%s %s rls=%s forced=%s %s %s %s', n.nspname, relname, relkind, relrowsecurity, relforcerowsecurity,
    relowner::regrole, relacl, reloptions) from pg_class c join ours n on n.oid = relnamespace
  union all select format('column %s.%s %s %s not null=%s default=%s %s %s', attrelid::regclass, attname, attnum,
    format_type(atttypid, atttypmod), attnotnull, pg_get_expr(d.adbin, d.adrelid), attacl, attidentity)
    from pg_attribute a join pg_class c on c.oid = attrelid join ours n on n.oid = relnamespace
    left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum where attnum > 0 and relkind in ('r', 'p', 'v') and not attisdropped
  union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid)) from pg_constraint c join ours n on n.oid = connamespace
  union all select 'index ' || pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indexrelid join ours n on n.oid = relnamespace
  union all select format('policy %s %s', tablename, to_jsonb(p)) from pg_policies p
  union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not tgisinternal
  union all select format('function %s %s %s %s', p.oid::regprocedure, proowner::regrole, proacl, pg_get_functiondef(p.oid)) from pg_proc p join ours n on n.oid = pronamespace
  union all select format('type %s %s %s', t.oid::regtype, typtype, (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid))
    from pg_type t join ours n on n.oid = typnamespace
  union all select format('default privileges %s %s %s %s', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl) from pg_default_acl
  order by 1`;
const catalog = async () => (await query<{ line: string }>(empty.ownerUrl, CATALOG)).map((row) => row.line);

describe("the whole chain", () => {
  test("every migration has a header comment, an up and a down part, and a unique timestamp", async () => {
    const files = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql"));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      expect(name).toMatch(/^\d{14}_[a-z_]+\.sql$/);
      const text = await readFile(new URL(name, MIGRATIONS), "utf8");
      expect(text, name).toMatch(/^-- \S/);
      expect(text, name).toMatch(/^-- migrate:up$[\s\S]+^-- migrate:down$[\s\S]+\S/m);
    }
    expect(new Set(files.map((name) => name.slice(0, 14))).size).toBe(files.length);
  });

  test("up, down, up restores the catalog, and down removes everything", {
    timeout: 60_000,
  }, async () => {
    const untouched = await catalog();
    await runMigrations("migrate", empty.ownerUrl);
    const first = await catalog();
    const count = (await readdir(MIGRATIONS)).length;
    for (let done = 0; done < count; done += 1) await runMigrations("rollback", empty.ownerUrl);
    // The migration runner's own table stays, and so do the privileges on schema public.
    const left = (await catalog()).filter(
      (line) => !line.includes("schema_migrations") && !line.startsWith("schema public"),
    );
    expect(left).toEqual(untouched.filter((line) => !line.startsWith("schema public")));
    await runMigrations("migrate", empty.ownerUrl);
    expect(await catalog()).toEqual(first);
  });
});

describe("row security (S)", () => {
  test("is enabled and forced on every table and partition", async () => {
    const tables = await query<{ name: string; on: boolean; forced: boolean }>(
      migrated.ownerUrl,
      `select relname as name, relrowsecurity as on, relforcerowsecurity as forced from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'f') and relname <> 'schema_migrations'`,
    );
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.filter((table) => !(table.on && table.forced))).toEqual([]);
  });

  test("is forced on a new partition, which viewers cannot access directly", async () => {
    await query(
      migrated.serviceUrl,
      "set role plaza_service; select app.owner_create_notification_partitions(5)",
    );
    const parts = await query<{ name: string; on: boolean; forced: boolean; open: boolean }>(
      migrated.ownerUrl,
      `select relname as name, relrowsecurity as on, relforcerowsecurity as forced, has_table_privilege('plaza_app', oid, 'select, insert, update, delete') as open
       from pg_class where relispartition and relkind = 'r'`,
    );
    expect(parts.length).toBe(7 + 16); // six months and the rest; messages by conversation
    expect(parts.filter((part) => !part.on || !part.forced || part.open)).toEqual([]);
  });

  test("no view bypasses it", async () => {
    expect(
      await query(
        migrated.ownerUrl,
        `select relname from pg_class where relnamespace ${OURS} and relkind = 'v'`,
      ),
    ).toEqual([]);
  });

  test("serving roles cannot bypass it, inherit no role, and own no tables", async () => {
    const roles = await query(
      migrated.ownerUrl,
      `select rolname as role, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty, rolinherit as inherits,
         (select count(*)::int from pg_auth_members where member = r.oid) as memberships,
         (select count(*)::int from pg_class where relowner = r.oid) as tables
       from pg_roles r where rolname in ('plaza_app', 'plaza_service', 'plaza_internal') order by 1`,
    );
    const harmless = { mighty: false, inherits: false, memberships: 0, tables: 0 };
    expect(roles).toEqual([
      { role: "plaza_app", ...harmless },
      { role: "plaza_internal", ...harmless },
      { role: "plaza_service", ...harmless },
    ]);
    const [internal] = await query(
      migrated.ownerUrl,
      "select rolcanlogin as enters from pg_roles where rolname = 'plaza_internal'",
    );
    expect(internal).toEqual({ enters: false });
  });

  test("exactly these policies exist", async () => {
    const policies = await query<{ table: string; name: string; role: string; command: string }>(
      migrated.ownerUrl,
      `select tablename as table, policyname as name, roles[1]::text as role, lower(cmd) as command from pg_policies
       where schemaname = 'public' and permissive = 'PERMISSIVE' and cardinality(roles) = 1 order by 1, 2`,
    );
    const everyTable = [...new Set(policies.map((policy) => policy.table))];
    for (const table of everyTable) {
      for (const role of ["service", "internal"]) {
        expect(policies).toContainEqual({
          table,
          name: `${table}_${role}_all`,
          role: `plaza_${role}`,
          command: "all",
        });
      }
    }
    const viewers = policies.filter((policy) => !/_(service|internal)_all$/.test(policy.name));
    expect(viewers.every((policy) => policy.role === "plaza_app")).toBe(true);
    expect(viewers.map((policy) => policy.name)).toEqual(VIEWER_POLICIES);
    const [all] = await query<{ count: number }>(migrated.ownerUrl, "select count(*)::int from pg_policies");
    expect(all?.count).toBe(policies.length);
  });

  test("a policy evaluates app.viewer() once per statement, not once per row", async () => {
    const rules = await query<{ name: string; rule: string }>(
      migrated.ownerUrl,
      "select policyname as name, coalesce(qual, '') || coalesce(with_check, '') as rule from pg_policies where 'plaza_app' = any (roles)",
    );
    const bare = rules.filter(({ rule }) => /app\.\w+\(/.test(rule.replaceAll(/SELECT app\.\w+\(\)/g, "")));
    expect(bare).toEqual([]);
  });
});

describe("SECURITY DEFINER functions (S)", () => {
  type Definer = { name: string; owner: string; config: string[] | null; everybody: boolean };
  let definers: Definer[] = [];
  beforeAll(async () => {
    definers = await query<Definer>(
      migrated.ownerUrl,
      `select p.oid::regprocedure::text as name, proowner::regrole::text as owner, proconfig as config,
         exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0) as everybody
       from pg_proc p where prosecdef and pronamespace ${OURS} order by 1`,
    );
  });

  test("each sets search_path, with pg_temp last", () => {
    expect(definers.length).toBeGreaterThan(30);
    expect(definers.filter(({ config }) => !config?.includes("search_path=public, pg_temp"))).toEqual([]);
  });

  test("each is owned by plaza_internal, or by plaza_owner if its name begins with owner_", () => {
    const wrong = definers.filter(
      ({ name, owner }) => owner !== (name.startsWith("app.owner_") ? "plaza_owner" : "plaza_internal"),
    );
    expect(wrong).toEqual([]);
  });

  test("PUBLIC cannot execute any function", async () => {
    const open = await query(
      migrated.ownerUrl,
      `select p.oid::regprocedure::text as name from pg_proc p where pronamespace ${OURS}
         and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)`,
    );
    expect(open).toEqual([]);
  });

  test.each([
    ["plaza_app", APP_FUNCTIONS],
    ["plaza_service", SERVICE_FUNCTIONS],
  ] as const)("%s can execute exactly these functions", async (role, pinned) => {
    const callable = await query<{ name: string }>(
      migrated.ownerUrl,
      `select p.oid::regprocedure::text as name from pg_proc p where pronamespace ${OURS} and has_function_privilege('${role}', p.oid, 'execute') order by 1`,
    );
    expect(callable.map((row) => row.name)).toEqual(pinned);
  });
});

describe("indexes (000-45, 000-47..50)", () => {
  test("every foreign key has an index that begins with its columns (000-50)", async () => {
    const bare = await query(
      migrated.ownerUrl,
      `select conrelid::regclass::text as table, conname as key from pg_constraint c
       where contype = 'f' and conparentid = 0 and not exists (
         select from pg_index i where i.indrelid = c.conrelid and i.indisvalid
           and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] <@ c.conkey
           -- A partial index serves when it leaves out only the rows that point nowhere.
           and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%s IS NOT NULL)',
             (select attname from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[1]))))`,
    );
    expect(bare).toEqual([]);
  });

  test.each([
    ["idx_notifications_user_unread", "notifications", "(user_id, is_read, created_at DESC"],
    ["idx_messages_conversation_created", "messages", "(conversation_id, created_at DESC"],
    ["idx_follows_follower", "user_follows", "(follower_id, created_at DESC"],
    ["idx_follows_following", "user_follows", "(following_id, created_at DESC"],
    ["idx_follows_mutual", "user_follows", "(follower_id, following_id) WHERE (follower_id < following_id)"],
  ])("%s exists", async (name, table, columns) => {
    const [found] = await query<{ on: string; text: string }>(
      migrated.ownerUrl,
      `select indrelid::regclass::text as on, pg_get_indexdef(indexrelid) as text from pg_index where indexrelid = to_regclass('${name}')`,
    );
    expect(found?.on).toBe(table);
    expect(found?.text).toContain(columns);
  });
});
