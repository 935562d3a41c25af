import { createHmac, randomBytes } from "node:crypto";
import pg from "pg";
import { uuidv7 } from "uuidv7";

/** A signed-in virtual user: what its browser would hold. */
export interface Person {
  id: string;
  handle: string;
  cookie: string;
  /** A post of this user that others can act on. */
  postId: string;
}

/**
 * The cookie's value as the sign-in library signs it: token, a dot, base64 of HMAC-SHA256 (hono/cookie,
 * signed).
 */
export const signedCookie = (token: string, secret: string): string =>
  `plaza.session_token=${encodeURIComponent(`${token}.${createHmac("sha256", secret).update(token).digest("base64")}`)}`;

/**
 * Inserts verified, signed-in users with one post each. Deletes the outbox rows of these inserts, because
 * no socket is open yet.
 */
export async function insertVirtualUsers(
  serviceUrl: string,
  secret: string,
  size: number,
): Promise<Person[]> {
  const client = new pg.Client({ connectionString: serviceUrl });
  await client.connect();
  const people = Array.from({ length: size }, (_, index) => {
    const token = randomBytes(24).toString("base64url");
    return { id: uuidv7(), handle: `crowd_${index}`, token, postId: uuidv7() };
  });
  try {
    await client.query("begin");
    await client.query(
      `insert into users (id, name, handle, email, email_verified, birth_date)
       select p.id, 'Person ' || p.handle, p.handle, p.handle || '@users.example', true, '1990-01-01'
       from jsonb_to_recordset($1::jsonb) as p (id uuid, handle text)`,
      [JSON.stringify(people)],
    );
    await client.query(
      `insert into sessions (user_id, token, expires_at)
       select p.id, p.token, now() + interval '1 day' from jsonb_to_recordset($1::jsonb) as p (id uuid, token text)`,
      [JSON.stringify(people)],
    );
    await client.query(
      `insert into posts (id, kind, author_id, body)
       select p."postId", 'post', p.id, 'Something to discuss, by ' || p.handle
       from jsonb_to_recordset($1::jsonb) as p (id uuid, handle text, "postId" uuid)`,
      [JSON.stringify(people)],
    );
    // The presence bench subscribes to strangers.
    await client.query("update user_settings set presence_audience = 'everyone'");
    await client.query("delete from outbox");
    await client.query("commit");
  } finally {
    await client.end();
  }
  return people.map(({ token, ...person }) => ({ ...person, cookie: signedCookie(token, secret) }));
}

/** Signs in an existing user and returns what its browser would hold. */
export async function signIn(
  serviceUrl: string,
  secret: string,
  handle: string,
): Promise<{ cookie: string }> {
  const client = new pg.Client({ connectionString: serviceUrl });
  await client.connect();
  const token = randomBytes(24).toString("base64url");
  try {
    await client.query(
      `insert into sessions (user_id, token, expires_at)
       select id, $1, now() + interval '1 day' from users where handle = $2`,
      [token, handle],
    );
  } finally {
    await client.end();
  }
  return { cookie: signedCookie(token, secret) };
}
