/**
 * What projects and driver trees cost at the size that they may have: a tree of 10,000 nodes over 120
 * periods, 10,000 projects with 100,000 memberships, and a project of 5,000 members, 100,000 files and
 * 100,000 events. On SQLite and, with TEST_POSTGRES_URL, on PostgreSQL: the median of a request through the
 * whole service, and the longest time for which nothing else could run.
 *
 *   npm run bench:projects [-- --rounds 7]
 */
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { insertMany, updateMany } from '../../db/bulk.ts'
import { engineOf } from '../../db/open.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import type { App } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import { type Ask, askAs, measure, openService, type Question, settle } from './service.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    projects: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '100000' },
  },
})
const [rounds, many, rows] = [Number(values.rounds), Number(values.projects), Number(values.rows)]

const periods = Array.from(
  { length: 120 },
  (_, at) => `${2015 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
)

/** 2,000 formulas that make 10,000 nodes, 6,000 of them 入力: sums of products, three in each other one. */
const formulas = Array.from({ length: 2000 }, (_, at) => {
  const parts = [1, 2, 3].map((n) => 3 * at + n).filter((part) => part < 2000)
  const own = `単価${at} * 数量${at} + 費用${at}`
  return `計${at} = ${[own, ...parts.map((part) => `計${part}`)].join(' + ')}`
})

for (const url of ['sqlite', process.env.TEST_POSTGRES_URL]) {
  if (!url) continue
  const { app, close } = await openService(url)
  const engine = engineOf(app.db) === 'postgres' ? 'PostgreSQL' : 'SQLite'
  const people = await fill(app.db)
  await settle(app.db)
  const ask = await askAs(app, people.manager)
  console.log(`| ${engine} | median ms | longest block ms |\n|---|--:|--:|`)
  await trees(app, ask, people.project)
  for (const [name, question] of lists(people, await deepCursor(ask, people.project))) {
    await show(ask, name, question)
  }
  await close()
}
process.exit(0)

async function show(ask: Ask, name: string, question: Question | Question[]): Promise<void> {
  let [bytes, status] = [0, 0]
  const { ms, blockMs } = await measure(async (round) => {
    for (const each of [question].flat()) {
      const { statusCode, body } = await ask(each, round)
      if (statusCode >= 400 && round === 0) console.error(statusCode, body.slice(0, 500))
      bytes = body.length
      status = statusCode
    }
  }, rounds)
  const size = bytes > 100_000 ? `, ${(bytes / 2 ** 20).toFixed(1)} MB` : ''
  const cells = status < 400 ? `${ms.toFixed(1)} | ${blockMs.toFixed(1)}` : `answers ${status} |`
  console.log(`| ${name}${size} | ${cells} |`)
}

async function trees(app: App, ask: Ask, project: string): Promise<void> {
  const made = await ask({
    url: `/driver-tree/tree?project_id=${project}`,
    body: () => ({ name: 'ツリー' }),
  })
  const { tree_id } = JSON.parse(made.body)
  const tree = `/driver-tree/tree/${tree_id}`
  const blank = await Promise.all(
    Array.from({ length: rounds + 1 }, async () => {
      const { body } = await ask({
        url: `/driver-tree/tree?project_id=${project}`,
        body: () => ({ name: '新' }),
      })
      return JSON.parse(body).tree_id as string
    }),
  )
  const first = await measure(async (round) => {
    await ask({ url: `/driver-tree/tree/${blank[round]}`, body: () => ({ formulas }) })
  }, rounds)
  console.log(`| import of 10,000 nodes | ${first.ms.toFixed(1)} | ${first.blockMs.toFixed(1)} |`)
  await show(ask, 'import of the same again', { url: tree, body: () => ({ formulas }) })
  const inputs = await fillData(app.db, tree_id)
  await show(ask, 'the tree', { url: tree })
  await show(ask, 'calculation, page of 100 nodes', { url: `${tree}/data?limit=100` })
  const change: Question = {
    url: `/driver-tree/node/${inputs[0]}`,
    method: 'PATCH',
    body: (round) => ({ position_x: round }),
  }
  await show(ask, 'one node moved, then calculation', [change, { url: `${tree}/data?limit=100` }])
  const number: Question = {
    url: `/driver-tree/node/${inputs.at(-1)}`,
    method: 'PATCH',
    body: (round) => ({ value: round }),
  }
  await show(ask, 'one number changed, then calculation', [
    number,
    { url: `${tree}/data?limit=100` },
  ])
  await show(ask, 'simulation of one input', {
    url: `${tree}/simulate?limit=100`,
    body: (round) => ({ inputs: [{ node_id: inputs[3], multiplier: 1 + round / 100 }] }),
  })
  const some = (count: number) =>
    Array.from({ length: count }, (_, at) => inputs[(at * 97) % inputs.length] as string)
  await show(ask, 'simulation of 20 policies', {
    url: `${tree}/simulate?limit=100`,
    body: () => ({ policies: some(20).map((node_id) => ({ node_id, value: 1.1 })) }),
  })
  await show(ask, 'sensitivity of 200 drivers', {
    url: `${tree}/sensitivity`,
    body: () => ({ percent: 10, node_ids: some(200) }),
  })
  await show(ask, 'goal-seek', {
    url: `${tree}/goal-seek`,
    body: () => ({ node_id: inputs[5], target: 123_456 }),
  })
}

function lists({ project, wide }: People, cursor: string): [string, Question][] {
  const files = `/projects/${project}/files`
  const rare = encodeURIComponent('議事録 99')
  return [
    ['projects of somebody in 2,000', { url: '/projects?limit=100' }],
    ['projects, search', { url: `/projects?limit=100&search=${encodeURIComponent('計画 77')}` }],
    ['projects, the last page', { url: '/projects?limit=100&skip=1900' }],
    ['members of 5,000', { url: `/projects/${wide}/members?limit=100` }],
    ['members, the last page', { url: `/projects/${wide}/members?limit=100&skip=4900` }],
    ['files', { url: `${files}?limit=100` }],
    ['files, the last page', { url: `${files}?limit=100&skip=${rows - 100}` }],
    [
      'files, search, found often',
      { url: `${files}?limit=100&search=${encodeURIComponent('議事録')}` },
    ],
    ['files, search, found rarely', { url: `${files}?limit=100&search=${rare}` }],
    ['files, search, never found', { url: `${files}?limit=100&search=zzzz` }],
    ['activity', { url: `/projects/${project}/activity?limit=100` }],
    ['activity, deep', { url: `/projects/${project}/activity?limit=100&cursor=${cursor}` }],
    ['trees of a project', { url: `/driver-tree/tree?project_id=${project}&limit=100` }],
  ]
}

/** Where a good part of the events has been passed. */
async function deepCursor(ask: Ask, project: string): Promise<string> {
  let cursor = ''
  for (let passed = 0; passed < 20; passed += 1) {
    const url = `/projects/${project}/activity?limit=1000${cursor && `&cursor=${cursor}`}`
    cursor = encodeURIComponent(JSON.parse((await ask({ url })).body).next_cursor)
  }
  return cursor
}

/** Numbers over 120 periods for all 入力 but the last, which has one number. */
async function fillData(db: Db, treeId: string): Promise<string[]> {
  const inputs = await db
    .selectFrom('driver_tree_nodes')
    .select('id')
    .where('tree_id', '=', treeId)
    .where('node_type', '=', '入力')
    .orderBy('id')
    .execute()
  const dataOf = (seed: number) =>
    JSON.stringify({
      period: '月',
      axes: [],
      keys: periods.map((period) => [period]),
      values: periods.map((_, at) => 1 + ((seed * 7919 + at * 104_729) % 1000) / 1000),
    })
  await transact(db, async (trx) => {
    const changed = inputs.slice(0, -1).map(({ id }, at) => ({ id, version: 2, data: dataOf(at) }))
    for (let at = 0; at < changed.length; at += 500) {
      await updateMany(trx, 'driver_tree_nodes', ['version', 'data'], changed.slice(at, at + 500))
    }
    await trx
      .updateTable('driver_trees')
      .set({ version: sql`version + 1` })
      .where('id', '=', treeId)
      .execute()
  })
  return inputs.map(({ id }) => id)
}

type People = { manager: string; project: string; wide: string }

/** One manager who is in every fifth project; a wide project and a full one. */
async function fill(db: Db): Promise<People> {
  return transact(db, async (trx) => {
    if (engineOf(db) === 'postgres') await sql`set local statement_timeout = 0`.execute(trx)
    const at = now()
    const manager = (await createUser(trx, { email: `${newId()}@example.org` })).id
    const users = await fillUsers(trx, manager, 5000)
    const ids = Array.from({ length: many }, newId)
    await insertMany(
      trx,
      'projects',
      [
        'id',
        'name',
        'code',
        'is_active',
        'created_by',
        'version',
        'members_version',
        'created_at',
        'updated_at',
      ],
      ids.map((id, n) => ({
        id,
        name: `計画 ${n}`,
        code: `P_${n}`,
        is_active: 1,
        created_by: manager,
        version: 1,
        members_version: 1,
        created_at: at,
        updated_at: at,
      })),
    )
    const [project, wide] = [ids.at(-1) as string, ids.at(-2) as string]
    const member = (project_id: string, user_id: string, role = 'member') => ({
      id: newId(),
      project_id,
      user_id,
      role,
      joined_at: at,
    })
    const members = ids.flatMap((id, n) =>
      Array.from({ length: 10 }, (_, k) => member(id, users[(n * 10 + k) % 4000] as string)),
    )
    const own = ids
      .filter((_, n) => n % 5 === 4 || n >= many - 2)
      .map((id) => member(id, manager, 'project_manager'))
    const taken = new Set(
      members.filter(({ project_id }) => project_id === wide).map((m) => m.user_id),
    )
    const crowd = users.filter((id) => !taken.has(id)).map((id) => member(wide, id, 'viewer'))
    await insertMany(
      trx,
      'project_members',
      ['id', 'project_id', 'user_id', 'role', 'joined_at'],
      [...members, ...own, ...crowd],
    )
    await fillFiles(trx, project, manager)
    await fillActivity(trx, project, manager)
    return { manager, project, wide }
  })
}

async function fillUsers(trx: Trx, like: string, count: number): Promise<string[]> {
  const row = await trx
    .selectFrom('users')
    .selectAll()
    .where('id', '=', like)
    .executeTakeFirstOrThrow()
  const columns = Object.keys(row) as (keyof typeof row)[]
  const users = Array.from({ length: count }, () => {
    const id = newId()
    return { ...row, id, email: `${id}@example.org`, email_key: `${id}@example.org` }
  })
  await insertMany(trx, 'users', columns, users)
  return users.map(({ id }) => id)
}

async function fillFiles(trx: Trx, project_id: string, uploaded_by: string): Promise<void> {
  const files = Array.from({ length: rows }, (_, n) => ({
    id: newId(),
    project_id,
    original_name: `議事録 ${n}.txt`,
    name_key: `議事録 ${n}.txt`,
    version: 1,
    is_latest: 1,
    content_type: 'text/plain',
    size: 1000,
    sha256: '0'.repeat(64),
    key: `project-files/${n}`,
    uploaded_by,
    created_at: now(),
  }))
  await insertMany(trx, 'project_files', Object.keys(files[0] as object) as 'id'[], files)
}

async function fillActivity(trx: Trx, project_id: string, actor_id: string): Promise<void> {
  const events = Array.from({ length: rows }, () => ({
    id: newId(),
    actor_id,
    action: 'project.updated',
    subject_id: project_id,
    changes: JSON.stringify({ name: { from: '旧', to: '新' } }),
    request_id: newId(),
    created_at: now(),
  }))
  await insertMany(trx, 'audit_log', Object.keys(events[0] as object) as 'id'[], events)
  const own = events.map(({ id }) => ({ project_id, id }))
  await insertMany(trx, 'project_activity', ['project_id', 'id'], own)
}
