import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { openDb } from '../../db/open.ts'
import { newId } from '../../src/values.ts'
import { createClient, type Outcome, type Timings } from './load.ts'

type Options = {
  url: string
  /** Where what was acknowledged is looked for in the end. */
  databaseUrl: string
  authorization?: string
  clients?: number
  patienceMs?: number
  /** Leaves out what needs a storage or sends mail. */
  only?: readonly Work[]
}

export type Work = 'item' | 'change' | 'incident' | 'upload' | 'session' | 'read'

/** What came of all that was sent. */
export type Books = Timings & {
  /** Writes of which the service said that they were done. */
  acknowledged: number
  /** Of those: not there, there more than once, or not as they were left. */
  lost: number
  doubled: number
  /** Of those that failed for good: there nevertheless. */
  unexpected: number
  /** What is told of the rows and what the rows are. */
  totals: [name: string, told: number, counted: number][]
  /** Who was sent a mail, or was to be: the submitters of sessions that were acknowledged. */
  submitters: string[]
  refusals: string[]
}

const json = (value: object) => ({
  type: 'application/json',
  bytes: Buffer.from(JSON.stringify(value)),
})

/**
 * Clients that write and read without a pause until they are told to stop, and keep books of what was
 * acknowledged: each item, change, incident, file and session has a name of its own, by which it is
 * looked for in the end.
 */
export function startLoad({
  url,
  databaseUrl,
  authorization = 'Bearer mock-access-token-dev-12345',
  clients = 8,
  patienceMs = 60_000,
  only = ['item', 'change', 'incident', 'upload', 'session', 'read'],
}: Options) {
  const run = newId().slice(-12)
  const client = createClient({ url, authorization, patienceMs })
  const items = new Map<string, { id: string; title: string; version: number }>()
  const done = {
    incident: new Set<string>(),
    upload: new Map<string, string>(),
    session: new Set<string>(),
  }
  const failed: string[] = []
  const refusals: string[] = []
  let stopped = false
  let serial = 0

  async function create(
    path: string,
    name: string,
    body: Parameters<typeof client.ask>[0]['body'],
  ) {
    const headers = { 'idempotency-key': name }
    const { answer } = await client.ask({ method: 'POST', path, headers, ...(body && { body }) })
    const seen = Object(JSON.parse(answer?.text || '{}'))
    const isLost = answer?.status === 409 && typeof seen.subject_id === 'string'
    if (answer?.status === 201 || isLost) return { id: seen.id ?? seen.subject_id, seen }
    failed.push(name)
    refusals.push(`${answer?.status} ${seen.code}`)
    return undefined
  }

  const works: Record<Work, (name: string) => Promise<void>> = {
    async item(name) {
      const made = await create('/api/v1/items', name, json({ title: name, tags: [run] }))
      if (made) items.set(name, { id: made.id, title: name, version: 1 })
    },
    async change(name) {
      const [first, item] = [...items].find(([, each]) => each.version > 0) ?? []
      if (!first || !item) return
      // Nobody else changes it meanwhile.
      items.delete(first)
      const path = `/api/v1/items/${item.id}`
      const outcome = await client.ask({
        method: 'PATCH',
        path,
        body: json({ title: name }),
        headers: { 'if-match': `"${item.version}"` },
      })
      const version = await versionAfter(outcome, path, name)
      if (version !== undefined) items.set(first, { id: item.id, title: name, version })
      else {
        refusals.push(`change ${outcome.answer?.status}`)
        items.set(first, { ...item, version: 0 })
      }
    },
    async incident(name) {
      if (await create('/api/v1/incidents', name, json({ title: name }))) done.incident.add(name)
    },
    async upload(name) {
      const bytes = Buffer.from(`%PDF-1.4\n${name}\n`.repeat(100))
      const sum = createHash('sha256').update(bytes).digest('hex')
      if (await create('/api/v1/upload/files', name, formOf(`${name}.pdf`, bytes))) {
        done.upload.set(`${name}.pdf`, sum)
      }
    },
    async session(name) {
      const submitter_email = `${name}@example.jp`
      const about = { submitter_name: name, submitter_email, submission_type: 'individual' }
      if (await create('/api/v1/sessions', name, json(about))) done.session.add(submitter_email)
    },
    async read() {
      const paths = ['/api/v1/items?limit=20', '/api/v1/auth/me', '/api/v1/incidents?limit=20']
      const path = paths[Math.floor(serial / only.length) % paths.length] as string
      const { answer } = await client.ask({ method: 'GET', path })
      if (answer?.status !== 200) refusals.push(`GET ${path} ${answer?.status}`)
    },
  }

  /** Of a change that was sent twice the second is stale, as the first one was done. */
  async function versionAfter({ answer, tries }: Outcome, path: string, title: string) {
    if (answer?.status === 200) return Number(JSON.parse(answer.text).version)
    if (answer?.status !== 412 || tries === 1) return undefined
    const { answer: read } = await client.ask({ method: 'GET', path })
    const seen = read?.status === 200 ? JSON.parse(read.text) : {}
    return seen.title === title ? Number(seen.version) : undefined
  }

  async function work(): Promise<void> {
    while (!stopped) {
      serial += 1
      const kind = only[serial % only.length] as Work
      await works[kind](`load-${run}-${serial}`)
    }
  }
  const working = Promise.all(Array.from({ length: clients }, work))

  return {
    answered: () => client.timings().answered,
    /** Ends the load, and compares what was acknowledged with what is there. */
    async stop(): Promise<Books> {
      stopped = true
      await working
      const timings = client.timings()
      client.close()
      const found = await findAll(databaseUrl, run)
      const expected: [string, string, string][] = [
        ...[...items.values()].map(
          ({ id, title, version }) =>
            [`item ${id}`, title, `${version}`] as [string, string, string],
        ),
        ...[...done.incident].map((name) => ['incident', name, ''] as [string, string, string]),
        ...[...done.upload].map(([name, sum]) => ['file', name, sum] as [string, string, string]),
        ...[...done.session].map((mail) => ['session', mail, ''] as [string, string, string]),
      ]
      const keyOf = (each: readonly string[]) => each.join('\0')
      const there = new Map<string, number>()
      for (const each of found.rows) there.set(keyOf(each), (there.get(keyOf(each)) ?? 0) + 1)
      const known = expected.filter(([, , state]) => state !== '0')
      return {
        ...timings,
        acknowledged: known.length,
        lost: known.filter((each) => !there.has(keyOf(each))).length,
        doubled: [...there.values()].filter((times) => times > 1).length,
        unexpected: found.rows.filter(([, name]) => failed.some((each) => name?.startsWith(each)))
          .length,
        totals: found.totals,
        submitters: [...done.session],
        refusals,
      }
    },
  }
}

/** One line of figures. */
export function lineOf(name: string, books: Books): string {
  const { asked, answered, retried, failed, acknowledged, lost, doubled } = books
  const times = `p50 ${books.p50} p95 ${books.p95} p99 ${books.p99} max ${books.max} ms`
  return (
    `${name}: asked ${asked}, answered ${answered}, retried ${retried}, failed for good ${failed}; ` +
    `acknowledged ${acknowledged}, lost ${lost}, doubled ${doubled}; ${times}, ` +
    `longest gap ${books.longestGap} ms`
  )
}

function formOf(name: string, bytes: Buffer) {
  const boundary = `b${newId()}`
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/pdf\r\n\r\n`
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

/** All that a run has left, and numbers that are kept besides the rows that they are of. */
async function findAll(databaseUrl: string, run: string) {
  const { db } = await openDb(databaseUrl)
  const like = `load-${run}-%`
  const items = await db
    .selectFrom('items')
    .select(['id', 'title', 'version'])
    .where('title', 'like', like)
    .execute()
  const incidents = await db
    .selectFrom('incidents')
    .select(['title', 'number'])
    .where('title', 'like', like)
    .execute()
  const files = await db
    .selectFrom('uploads')
    .select(['original_name', 'sha256'])
    .where('original_name', 'like', like)
    .execute()
  const sessions = await db
    .selectFrom('submission_sessions')
    .select('submitter_email')
    .where('submitter_email', 'like', like)
    .execute()
  const counted = await sql<{ told: number; counted: number }>`select
    (select coalesce(sum(n), 0) from item_counts where tag = ${run} and owner_id = '') as told,
    (select count(*) from item_tags where tag = ${run}) as counted`.execute(db)
  const numbers = await sql<{ told: number; counted: number }>`select
    (select coalesce(sum(last), 0) from itsm_numbers where kind = 'incident') as told,
    (select count(distinct number) from incidents) as counted`.execute(db)
  const audited = await sql<{ told: number; counted: number }>`select
    (select count(*) from audit_log where action = 'item.created' and subject_id in (select id from items where title like ${like})) as told,
    (select count(*) from items where title like ${like}) as counted`.execute(db)
  await db.destroy()
  const totalOf = (name: string, { rows: [row] }: typeof counted): [string, number, number] => [
    name,
    Number(row?.told),
    Number(row?.counted),
  ]
  return {
    rows: [
      ...items.map((each) => [`item ${each.id}`, each.title, `${each.version}`]),
      ...incidents.map((each) => ['incident', each.title, '']),
      ...files.map((each) => ['file', each.original_name, each.sha256]),
      ...sessions.map((each) => ['session', each.submitter_email, '']),
    ],
    totals: [
      totalOf('items of a tag', counted),
      totalOf('numbers of incidents', numbers),
      totalOf('audit events of items', audited),
    ],
  }
}
