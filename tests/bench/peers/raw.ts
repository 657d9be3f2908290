/**
 * What a service costs that does nothing but this: node:http, pg, prepared statements, the same JSON.
 * Below `/open` it asks nobody who they are; below `/checked` it verifies the token, that its session
 * stands and that the user is active. It counts on every list.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import pg from 'pg'
import { cursorOf } from '../../../src/cursors.ts'

const { DATABASE_URL, JWT_SECRET = '', PORT } = process.env
const { builtins, getTypeParser } = pg.types
const parsers: Record<number, (value: string) => unknown> = {
  [builtins.INT8]: Number,
  [builtins.TIMESTAMPTZ]: (value) => new Date(value).toISOString(),
}
const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  max: 10,
  types: { getTypeParser: ((oid: number) => parsers[oid] ?? getTypeParser(oid)) as never },
})

const owner = `u.username, u.email, u.display_name, u.full_name, u.bio, u.profile_image, u.roles,
  u.deactivated_at, u.created_at as owner_created_at, u.updated_at as owner_updated_at`
const item = `i.id, i.title, i.description, i.status, i.tags, i.owner_id, i.version, i.created_at,
  i.updated_at, ${owner}`
const visible = `(i.status = 'published' or i.owner_id = $1)`

const statements = {
  item: `select ${item} from items i join users u on u.id = i.owner_id where i.id = $1`,
  seen: `select ${item} from items i join users u on u.id = i.owner_id
    where i.id = $2 and ${visible}`,
  page: `select ${item} from items i join users u on u.id = i.owner_id where ${visible}
    order by i.id desc limit 50`,
  count: `select count(*) as total from items i where ${visible}`,
  user: `select id, username, email, display_name, full_name, bio, profile_image, azure_oid, roles,
    deactivated_at, last_login, version, created_at, updated_at
    from users where id = $1 and deleted_at is null`,
  session: `select s.user_id, s.expires_at, s.revoked_at, u.deactivated_at from sessions s
    join users u on u.id = s.user_id where s.id = $1`,
}

type Row = Record<string, unknown>

async function ask(name: keyof typeof statements, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ name, text: statements[name], values })).rows
}

function toItem(row: Row): Row {
  const { username, email, display_name, full_name, bio, profile_image, roles } = row
  const { deactivated_at, owner_created_at, owner_updated_at, tags, ...rest } = row
  return {
    id: rest.id,
    title: rest.title,
    description: rest.description,
    status: rest.status,
    tags: JSON.parse(String(tags)),
    owner_id: rest.owner_id,
    owner: {
      id: rest.owner_id,
      username,
      email,
      display_name,
      full_name,
      bio,
      profile_image,
      is_active: deactivated_at === null,
      is_superuser: JSON.parse(String(roles)).includes('SystemAdmin'),
      created_at: owner_created_at,
      updated_at: owner_updated_at,
    },
    version: rest.version,
    created_at: rest.created_at,
    updated_at: rest.updated_at,
  }
}

async function getUser(id: string): Promise<Row | undefined> {
  const [row] = await ask('user', [id])
  if (!row) return undefined
  const { deactivated_at, roles, last_login, version, created_at, updated_at, ...rest } = row
  const parsed: string[] = JSON.parse(String(roles))
  return {
    ...rest,
    roles: parsed,
    is_active: deactivated_at === null,
    is_superuser: parsed.includes('SystemAdmin'),
    last_login,
    version,
    created_at,
    updated_at,
  }
}

async function listItems(caller: string): Promise<Row> {
  const [rows, [{ total } = {}]] = await Promise.all([
    ask('page', [caller]),
    ask('count', [caller]),
  ])
  const data = rows.map(toItem)
  const last = data.at(-1)
  const has_next = Number(total) > 50
  const cursor = { key: String(last?.id), id: String(last?.id), count: data.length }
  return {
    success: true,
    message: null,
    timestamp: new Date().toISOString(),
    data,
    meta: {
      total,
      page: 1,
      limit: 50,
      pages: Math.ceil(Number(total) / 50),
      has_next,
      has_prev: false,
    },
    next_cursor: has_next ? cursorOf('-created_at', cursor) : null,
  }
}

type Claims = { sub: string; sid: string; exp: number }

function claimsIn(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

async function requireCaller(token: string): Promise<string> {
  const end = token.lastIndexOf('.')
  const given = Buffer.from(token.slice(end + 1), 'base64url')
  const right = createHmac('sha256', JWT_SECRET).update(token.slice(0, end)).digest()
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw new Error('signature')
  const { sub, sid, exp } = claimsIn(token)
  if (exp * 1000 <= Date.now()) throw new Error('expired')
  const [session] = await ask('session', [sid])
  if (!session || session.revoked_at || session.deactivated_at || session.user_id !== sub)
    throw new Error('session')
  if (String(session.expires_at) <= new Date().toISOString()) throw new Error('session')
  return sub
}

async function answer(path: string, token: string): Promise<Row | undefined> {
  const isChecked = path.startsWith('/checked')
  const caller = isChecked ? await requireCaller(token) : claimsIn(token).sub
  if (path.includes('/auth/me')) return getUser(caller)
  const id = /\/items\/([\w-]+)$/.exec(path)?.[1]
  if (!id) return listItems(caller)
  const [row] = isChecked ? await ask('seen', [caller, id]) : await ask('item', [id])
  return row && toItem(row)
}

createServer((request, response) => {
  const { url = '', headers } = request
  answer(url, (headers.authorization ?? '').slice('Bearer '.length)).then(
    (found) => {
      const body = JSON.stringify(found ?? {})
      response.writeHead(found ? 200 : 404, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    },
    (error) => response.writeHead(401).end(String(error)),
  )
}).listen(Number(PORT), '127.0.0.1')
