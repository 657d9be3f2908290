import { insertMany } from '../../db/bulk.ts'
import type { Trx } from '../../db/tables.ts'
import { writeTexts } from '../../src/itsm/incidents/texts.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { newId } from '../../src/values.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const slice = 2000

const places = [
  '本庁',
  '東支所',
  '西支所',
  '図書館',
  '教育委員会',
  '保健センター',
  '水道局',
  '消防',
]
const things = [
  'プリンター',
  'メール',
  'VPN',
  '住民情報システム',
  'Wi-Fi',
  '共有フォルダー',
  'ノート PC',
  '電話',
]
const faults = [
  'が使えない',
  'が遅い',
  'に接続できない',
  'のパスワードを忘れた',
  'でエラーが出る',
  'が起動しない',
]
const categories = [
  'ネットワーク',
  'ハードウェア',
  'ソフトウェア',
  'アカウント',
  'メール',
  '印刷',
  'その他',
]
const priorities = ['low', 'medium', 'high', 'critical'] as const

const tables = {
  incidents:
    'id number external_number title description status priority priority_rank impact urgency priority_reason category reporter_id assignee_id team_id tags major resolution resolution_code parent_id reopen_count reassignment_count pending_reason pending_until opened_at resolved_at closed_at sla_policy_id sla_phase responded_at response_due_at resolution_due_at next_due_at next_risk_at next_check_at response_met resolution_met response_s resolution_s version created_by created_at updated_at',
  itsm_history: 'id subject_id field old_value new_value changed_by changed_at',
  incident_notes:
    'id incident_id note_type is_public content author_id version created_at updated_at',
  incident_tags: 'tag incident_id',
  incident_cis: 'ci_id incident_id',
} as const

type Rows = Record<keyof typeof tables, Record<string, unknown>[]>

/** Whom and what incidents are about. */
export type People = { reporters: string[]; agents: string[]; teams: string[]; cis: string[] }

/**
 * Fills in as many incidents as a desk has in two years up to `until`: few at night and at weekends, most
 * resolved within a day and some after weeks or again after a reopening, with six rows of history and two
 * notes each. The same in every run but for the ids of people.
 */
export async function fillIncidents(
  trx: Trx,
  count: number,
  people: People,
  until: number,
): Promise<void> {
  const random = seededRandom(40)
  const times = Array.from({ length: count }, () => timeIn(random, until)).sort((a, b) => a - b)
  for (let start = 0; start < count; start += slice) {
    const rows: Rows = {
      incidents: [],
      itsm_history: [],
      incident_notes: [],
      incident_tags: [],
      incident_cis: [],
    }
    for (const [n, opened] of times.slice(start, start + slice).entries()) {
      addIncident(rows, start + n + 1, opened, people, until, random)
    }
    for (const table of Object.keys(tables) as (keyof typeof tables)[]) {
      await insertMany(trx, table, tables[table].split(' ') as never, rows[table])
    }
    await writeTexts(
      trx,
      rows.incidents.map(({ id }) => `${id}`),
    )
  }
  await trx
    .updateTable('itsm_numbers')
    .set({ last: count })
    .where('kind', '=', 'incident')
    .execute()
}

function timeIn(random: () => number, until: number): number {
  for (;;) {
    const at = until - random() * 2 * 365 * day
    const local = new Date(at + 9 * hour)
    const isOffice = local.getUTCDay() % 6 !== 0 && Math.abs(local.getUTCHours() - 13) < 5
    if (isOffice || random() < 0.15) return Math.floor(at)
  }
}

function addIncident(
  rows: Rows,
  number: number,
  opened: number,
  people: People,
  until: number,
  random: () => number,
): void {
  const one = <Each>(all: readonly Each[]) => all[Math.floor(random() * all.length)] as Each
  const long = (median: number) => median * Math.exp(1.3 * (random() + random() + random() - 1.5))
  const id = idAt(opened, number)
  const agent = one(people.agents)
  const rank = 1 + Math.floor(4 * random() ** 2.5)
  const responded = opened + long(30 * minute)
  const pending = responded + long(hour)
  const resumed = pending + (random() < 0.3 ? long(8 * hour) : 0)
  const resolved = resumed + long((5 - rank) * 3 * hour)
  const isCancelled = random() < 0.03
  const reopened = !isCancelled && random() < 0.04 ? resolved + long(day) : undefined
  const ended = reopened === undefined ? resolved : reopened + long(4 * hour)
  const moves = [
    ['assigned', responded],
    ['in_progress', responded + minute],
    ...(resumed > pending
      ? [['pending', pending] as const, ['in_progress', resumed] as const]
      : []),
    ...(isCancelled ? [['cancelled', resolved] as const] : [['resolved', resolved] as const]),
    ...(reopened === undefined
      ? []
      : [['in_progress', reopened] as const, ['resolved', ended] as const]),
    ...(isCancelled ? [] : [['closed', ended + 3 * day] as const]),
  ] as [string, number][]
  const done = moves.filter(([, at]) => at <= until)
  const status = done.at(-1)?.[0] ?? 'new'
  const isDone = status === 'resolved' || status === 'closed'
  const isRunning = !isDone && status !== 'cancelled'
  const last = done.at(-1)?.[1] ?? opened
  const hasAnswer = responded <= until
  const resolvedAt = done.findLast(([to]) => to === 'resolved')?.[1] ?? opened
  const title = `${one(places)}の${one(things)}${one(faults)}`
  const description = `${title}。${'朝から同じ症状が続いている。再起動しても直らない。'.repeat(1 + Math.floor(4 * random()))}`
  const tag = `tag-${Math.floor(40 * random())}`
  const priority = priorities[rank - 1] as string
  const due = opened + (5 - rank) * 8 * hour
  rows.incidents.push({
    id,
    number,
    external_number: null,
    title,
    description,
    status,
    priority,
    priority_rank: rank,
    impact: rank === 4 ? 'extensive' : priority,
    urgency: priority,
    priority_reason: null,
    category: one(categories),
    reporter_id: one(people.reporters),
    assignee_id: hasAnswer ? agent : null,
    team_id: one(people.teams),
    tags: JSON.stringify([tag]),
    major: random() < 0.01 ? 1 : 0,
    resolution: isDone ? '再設定した' : null,
    resolution_code: null,
    parent_id: null,
    reopen_count: reopened !== undefined && reopened <= until ? 1 : 0,
    reassignment_count: random() < 0.3 ? 1 : 0,
    pending_reason: status === 'pending' ? '部品待ち' : null,
    pending_until: null,
    opened_at: text(opened),
    resolved_at: isDone ? text(resolvedAt) : null,
    closed_at: status === 'closed' ? text(last) : null,
    sla_policy_id: null,
    sla_phase: isDone
      ? 'met'
      : status === 'pending'
        ? 'paused'
        : isRunning
          ? 'running'
          : 'cancelled',
    responded_at: hasAnswer ? text(responded) : null,
    response_due_at: isRunning && !hasAnswer ? text(opened + hour) : null,
    resolution_due_at: isRunning && status !== 'pending' ? text(due) : null,
    next_due_at: isRunning && status !== 'pending' ? text(due) : null,
    next_risk_at: isRunning && status !== 'pending' ? text(due - hour) : null,
    next_check_at: null,
    response_met: hasAnswer ? Number(responded <= opened + hour) : null,
    resolution_met: isDone ? Number(resolvedAt <= due) : null,
    response_s: hasAnswer ? Math.floor((responded - opened) / 1000) : null,
    resolution_s: isDone ? Math.floor((resolvedAt - opened - (resumed - pending)) / 1000) : null,
    version: 1 + done.length,
    created_by: null,
    created_at: text(opened),
    updated_at: text(last),
  })
  const changes: [field: string, from: unknown, to: unknown, at: number][] = [
    ['assignee_id', null, agent, responded],
    ['team_id', null, people.teams[0], opened],
    ...done.map(([to, at], n): [string, unknown, unknown, number] => [
      'status',
      done[n - 1]?.[0] ?? 'new',
      to,
      at,
    ]),
  ]
  for (const [field, from, to, at] of changes.filter(([, , , at]) => at <= until)) {
    rows.itsm_history.push({
      id: newId(),
      subject_id: id,
      field,
      old_value: from === null ? null : JSON.stringify(from),
      new_value: JSON.stringify(to),
      changed_by: agent,
      changed_at: text(at),
    })
  }
  for (const is_public of [0, 1]) {
    const content = `${one(things)}を確認した。${one(faults)}との連絡あり。`
    rows.incident_notes.push({
      id: newId(),
      incident_id: id,
      note_type: is_public ? 'customer_note' : 'work_note',
      is_public,
      content,
      author_id: agent,
      version: 1,
      created_at: text(responded),
      updated_at: text(responded),
    })
  }
  rows.incident_tags.push({ tag, incident_id: id })
  rows.incident_cis.push({ ci_id: one(people.cis), incident_id: id })
}

/** In the order of time, as ids are that the service makes. */
function idAt(at: number, number: number): string {
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`
}

function text(at: number): string {
  return new Date(at).toISOString()
}
