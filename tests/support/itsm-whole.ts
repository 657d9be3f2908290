import type { App } from '../../src/fastify.ts'
import { type Operation, operationsOf } from './operations.ts'
import { type Client, expect } from './service.ts'
import { samples, sendForm } from './uploads.ts'

/** In the order that asks what is deleted last. */
export const deskTags = [
  'known-errors',
  'changes',
  'cab',
  'problems',
  'incidents',
  'sla',
  'cis',
  'teams',
  'itsm',
]
const tags = new Set(deskTags)

/** Every operation of the service desk, as the OpenAPI document has it. */
export function deskOperations(app: App): Operation[] {
  return operationsOf(app).filter(({ tag }) => tags.has(tag))
}

/** One object of each kind, by the name that its parameter has in `pathTo`. */
export type Desk = Record<string, string>

const base = '/api/v1'

/** Makes one object of each kind: what the desk of `admin` holds while `reporter` waits for it. */
export async function furnish(admin: Client, reporter: Client): Promise<Desk> {
  const make = (url: string, body: object, by = admin) => makeOne(by, url, body)
  const incident = await make('/incidents', { title: '庁内メールが送れない' }, reporter)
  const note = await make(`/incidents/${incident.id}/work-notes`, {
    content: '内部だけの話',
    note_type: 'work_note',
    is_public: false,
  })
  const file = await attach(admin, incident.id)
  const team = await make('/teams', { name: '基盤' })
  const ci = await make('/cis', { name: 'mail-01', kind: 'server' })
  const calendar = await make('/sla/calendars', {
    name: '全日',
    zone: 'UTC',
    round_the_clock: true,
  })
  const target = { response_minutes: 15, resolution_minutes: 120 }
  const targets = { critical: target, high: target, medium: target, low: target }
  const policy = await make('/sla/policies', { name: '急ぎ', calendar_id: calendar.id, targets })
  const problem = await make('/problems', { title: 'メールが度々止まる' })
  const finding = await make(`/problems/${problem.id}/rca/findings`, {
    finding_type: 'cause',
    description: '空きがない',
  })
  await make(`/problems/${problem.id}/incidents`, { incident_ids: [incident.id] })
  const known_error = await make('/known-errors', {
    title: 'メールの滞留',
    symptoms: '庁内メールが送れない',
    workaround: '再起動する',
    is_published: false,
  })
  const change = await make('/changes', planned)
  const task = await make(`/changes/${change.id}/tasks`, { name: '控えを取る' })
  await make(`/problems/${problem.id}/changes`, { change_ids: [change.id] })
  const board = await make('/cab/boards', {
    name: '諮問委員会',
    rule: 'majority',
    quorum: 0.5,
    members: [{ user_id: admin.id, role: 'required' }],
  })
  const meeting = await make('/cab/meetings', {
    board_id: board.id,
    title: '定例',
    starts_at: '2026-12-01T04:00:00.000Z',
    ends_at: '2026-12-01T05:00:00.000Z',
  })
  const template = await make('/change-templates', {
    name: '証明書の入れ替え',
    implementation_plan: '置く',
    rollback_plan: '戻す',
    test_plan: '確かめる',
    impact: 'low',
    likelihood: 'low',
  })
  const window = await make('/change-windows', {
    name: '年末',
    kind: 'freeze',
    severity: 'hard',
    starts_at: '2026-12-28T00:00:00.000Z',
    ends_at: '2027-01-04T00:00:00.000Z',
  })
  const webhook = await make('/itsm/webhooks', {
    name: '知らせ',
    url: 'https://hooks.example.jp/x',
    events: ['*'],
  })
  const delivery = await make(`/itsm/webhooks/${webhook.id}/test`, {})
  const search = await make('/incidents/searches', { name: '手元', query: { status: ['new'] } })
  const ids = { incident, note, file, team, ci, calendar, policy, problem, finding, known_error }
  const more = { change, task, board, meeting, template, window, webhook, delivery, search }
  const desk: Desk = { user: reporter.id }
  for (const [name, { id }] of Object.entries({ ...ids, ...more })) desk[name] = id
  return desk
}

async function makeOne(by: Client, url: string, body: object) {
  const response = await by.post(`${base}${url}`, body)
  expect([200, 201, 202], `${url}: ${response.body}`).toContain(response.statusCode)
  return response.json()
}

const planned = {
  title: 'メールの増強',
  type: 'normal',
  description: '増やす',
  justification: '足りない',
  implementation_plan: '置く',
  rollback_plan: '戻す',
  test_plan: '確かめる',
  impact: 'low',
  likelihood: 'low',
  scheduled_start: '2026-12-10T04:00:00.000Z',
  scheduled_end: '2026-12-10T05:00:00.000Z',
}

/** A new incident or change where an operation is about one, since those before it have moved on. */
export async function renew(admin: Client, path: string): Promise<Desk> {
  if (path.startsWith(`${base}/incidents/{id}`)) {
    const { id } = await makeOne(admin, '/incidents', { title: 'もう一つ' })
    const note = await makeOne(admin, `/incidents/${id}/work-notes`, { content: '見ている' })
    return { incident: id, note: note.id }
  }
  if (!path.startsWith(`${base}/changes/{id}`)) return {}
  const { id } = await makeOne(admin, '/changes', planned)
  return { change: id, task: (await makeOne(admin, `/changes/${id}/tasks`, { name: '試す' })).id }
}

/** An import that waits. */
export async function insertImport(admin: Client): Promise<string> {
  const parts = [{ name: 'file', filename: 'a.csv', body: 'title\nメール\n', type: 'text/csv' }]
  const response = await sendForm(admin, parts, `${base}/incidents/import`)
  expect(response.statusCode, response.body).toBe(202)
  return response.json().id
}

/** A file of staff, which the reporter does not see. */
async function attach(admin: Client, incident: string) {
  const parts = [
    { name: 'is_public', body: 'false' },
    { name: 'files', filename: 'secret.pdf', body: samples.pdf, type: 'application/pdf' },
  ]
  const response = await sendForm(admin, parts, `${base}/incidents/${incident}/attachments`)
  expect(response.statusCode, response.body).toBe(201)
  return response.json().attachments[0]
}

/** Which kind of object an `{id}` stands for, by what comes before it; the longest one counts. */
const kinds: [string, string][] = [
  ['/incidents/searches/', 'search'],
  ['/incidents/imports/', 'import'],
  ['/incidents/', 'incident'],
  ['/sla/policies/', 'policy'],
  ['/sla/calendars/', 'calendar'],
  ['/problems/', 'problem'],
  ['/known-errors/', 'known_error'],
  ['/changes/', 'change'],
  ['/change-templates/', 'template'],
  ['/change-windows/', 'window'],
  ['/cab/boards/', 'board'],
  ['/cab/meetings/', 'meeting'],
  ['/cis/', 'ci'],
  ['/teams/', 'team'],
  ['/itsm/webhooks/deliveries/', 'delivery'],
  ['/itsm/webhooks/', 'webhook'],
]

/** The address of an operation on the objects of the desk. */
export function pathTo(path: string, desk: Desk): string {
  const kind = kinds.find(([prefix]) => path.startsWith(base + prefix))?.[1] ?? ''
  const known: Record<string, string | undefined> = {
    id: desk[kind],
    kind: 'problem',
    target_id: desk.problem,
    method: 'five_whys',
    n: '1',
  }
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = known[name] ?? desk[name.replace(/_id$/, '')]
    return id ?? '01990f6e-5c00-7000-8000-000000000000'
  })
}
