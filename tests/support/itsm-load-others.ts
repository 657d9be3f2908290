import { insertMany } from '../../db/bulk.ts'
import type { Trx } from '../../db/tables.ts'
import {
  changeStatuses,
  changeTypes,
  type Priority,
  priorities,
  riskLevels,
} from '../../schemas/itsm/common.ts'
import { problemCategories } from '../../schemas/itsm/problems.ts'
import { fieldsOf } from '../../src/itsm/known-errors/grams.ts'
import { indexOf } from '../../src/itsm/search.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { newId } from '../../src/values.ts'
import type { People } from './itsm-load.ts'

const [hour, day] = [3_600_000, 86_400_000]

type Row = Record<string, unknown>

const systems = [
  '住民情報システム',
  '財務会計',
  '庁内メール',
  'VPN 装置',
  '窓口のプリンター',
  '共有フォルダー',
  '電子申請',
  '図書館システム',
  '認証サーバー',
  '無線 LAN',
]
const signs = [
  '印刷できない',
  'ログインすると白い画面のままになる',
  '添付ファイルのあるメールが送信できない',
  '月末に処理が終わらない',
  '接続が数分ごとに切れる',
  'Error 0x80070035 が表示される',
  '文字が化ける',
  '検索結果が古い',
]
const causes = [
  '証明書の期限が切れている',
  'ドライバーの版が古い',
  'ディスクの空きがない',
  '名前解決の設定が二重になっている',
  '夜間の一括処理が長引いている',
  'ライセンスの数が足りない',
]
const cures = [
  'サービスを再起動する',
  '印刷キューを空にしてから電源を入れ直す',
  '別の端末から操作する',
  '一時ファイルを削除して空きを作る',
  '直接 IP アドレスで接続する',
]

type Counts = { knownErrors: number; problems: number; changes: number }

/** Problems, known errors, changes and their windows beside incidents, over the two years up to `until`. */
export async function fillOthers(
  trx: Trx,
  { knownErrors, problems, changes }: Counts,
  people: People,
  until: number,
): Promise<void> {
  const random = seededRandom(41)
  const one = <Each>(all: readonly Each[]) => all[Math.floor(random() * all.length)] as Each
  const some = <Each>(all: readonly Each[], count: number) => [
    ...new Set(Array.from({ length: count }, () => one(all))),
  ]
  const at = () => Math.floor(until - random() * 2 * 365 * day)
  await write(
    trx,
    'problems',
    Array.from({ length: problems }, (_, n) => problemOf(n + 1)),
  )
  await addKnownErrors()
  const planned = Array.from({ length: changes }, (_, n) => changeOf(n + 1))
  await write(trx, 'changes', planned)
  const affected = planned.flatMap(({ id }, n) =>
    some(people.cis, n === changes - 1 ? 160 : 1 + Math.floor(8 * random())).map((ci_id) => ({
      change_id: id,
      ci_id,
    })),
  )
  await write(trx, 'change_cis', affected)
  const dependencies = people.cis.flatMap((ci_id, n) =>
    some(people.cis.slice(0, n), n > 0 ? 2 : 0).map((depends_on_id) => ({ ci_id, depends_on_id })),
  )
  await write(trx, 'ci_dependencies', dependencies)
  await addWindows()
  for (const [kind, last] of Object.entries({ problem: problems, change: changes })) {
    await trx
      .updateTable('itsm_numbers')
      .set({ last })
      .where('kind', '=', kind as 'problem' | 'change')
      .execute()
  }

  function problemOf(number: number): Row {
    const priority: Priority = one(priorities)
    const [title, created_at] = [`${one(systems)}で${one(signs)}`, text(at())]
    return {
      id: newId(),
      number,
      title,
      description: null,
      search_text: title.toLowerCase(),
      status: one(['draft', 'under_investigation', 'root_cause_analysis', 'resolved', 'closed']),
      status_reason: null,
      priority,
      priority_rank: priorities.indexOf(priority) + 1,
      category: one(problemCategories),
      business_impact: 'low',
      impact_analysis: null,
      root_cause: null,
      root_cause_status: 'unknown',
      root_cause_reason: null,
      root_cause_at: null,
      workaround: null,
      known_error: 0,
      permanent_solution: null,
      affected_services: '[]',
      assignee_id: one(people.agents),
      team_id: one(people.teams),
      rca_phase: 'not_started',
      resolved_at: null,
      closed_at: null,
      first_closed_at: null,
      reopen_count: 0,
      created_by: null,
      version: 1,
      created_at,
      updated_at: created_at,
    }
  }

  async function addKnownErrors(): Promise<void> {
    for (let start = 0; start < knownErrors; start += 500) {
      const count = Math.min(500, knownErrors - start)
      const rows = Array.from({ length: count }, knownErrorOf)
      const indexed = rows.map((row) => ({ ...row, ...indexOf(fieldsOf(row)) }))
      const shown = indexed.map(({ weights: _, ...row }) => row)
      const grams = indexed.flatMap(({ id, weights }) =>
        [...weights].map(([gram, weight]) => ({ gram, known_error_id: id, weight })),
      )
      await write(trx, 'known_errors', shown)
      await write(trx, 'known_error_grams', grams)
    }
  }

  function knownErrorOf() {
    const created_at = text(at())
    const [system, sign, cure] = [one(systems), one(signs), one(cures)]
    const title = `${system}: ${sign}`
    const rest = `${one(causes)}とき、${one(systems)}でも${one(signs)}ことがある。`
    const symptoms = `${system}を使うと${sign}。${rest}番号 ${Math.floor(random() * 1e6)} の記録を参照。`
    return {
      id: newId(),
      problem_id: null,
      title,
      symptoms,
      root_cause: one(causes),
      workaround: `${cure}。直らなければ${one(cures)}。`,
      solution: null,
      category: one(problemCategories),
      tags: JSON.stringify([`tag-${Math.floor(20 * random())}`]),
      keywords: '[]',
      search_text: `${title}\n${symptoms}\n${cure}`.toLowerCase(),
      is_published: random() < 0.9 ? 1 : 0,
      usage_count: 0,
      last_used_at: null,
      created_by: null,
      version: 1,
      created_at,
      updated_at: created_at,
    }
  }

  /** A tenth is still to come; the last is one that overlaps most of what a week has. */
  function changeOf(number: number): Row {
    const isLast = number === changes
    const isToCome = isLast || number % 10 === 0
    const start = isToCome ? until + random() * 60 * day : at()
    const end = start + (isLast ? 30 * day : (1 + 8 * random()) * hour)
    const status = isToCome ? one(changeStatuses.slice(1, 6)) : one(changeStatuses.slice(7))
    const isDone = !isToCome && status !== 'cancelled'
    const type = one(changeTypes)
    return {
      id: newId(),
      number,
      title: `${one(systems)}の更新 ${number}`,
      type,
      description: '手順書のとおり。',
      justification: '保守のため。',
      status: isLast ? 'under_review' : status,
      implementation_plan: '手順 1',
      rollback_plan: '元へ戻す',
      test_plan: '画面を開く',
      impact: 'low',
      likelihood: 'low',
      risk_level: one(riskLevels),
      risk_score: 2,
      risk_reasons: '[]',
      scheduled_start: text(start),
      scheduled_end: text(end),
      actual_start: isDone ? text(start) : null,
      actual_end: isDone ? text(end) : null,
      requester_id: one(people.agents),
      implementer_id: one(people.agents),
      team_id: one(people.teams),
      category: null,
      template_id: null,
      board_id: null,
      vote_round: 1,
      decided_at: null,
      freeze_reason: null,
      review_due_at: null,
      outcome: isDone ? one(['successful', 'successful', 'with_issues', 'failed']) : null,
      lessons: null,
      reviewed_at: null,
      cancel_reason: null,
      version: 1,
      created_at: text(start - 10 * day),
      updated_at: text(start - 5 * day),
    }
  }

  async function addWindows(): Promise<void> {
    const windows = Array.from({ length: 30 }, (_, n) => windowOf(n))
    const cis = windows.flatMap(({ id }) =>
      some(people.cis, 8).map((ci_id) => ({ window_id: id, ci_id })),
    )
    await write(trx, 'change_windows', windows)
    await write(trx, 'change_window_cis', cis)
  }

  /** Two in three recur: maintenance of every week. */
  function windowOf(n: number): Row {
    const isFreeze = n % 3 === 0
    const starts = isFreeze ? until + (n - 10) * 10 * day : until - 365 * day
    const recurrence = {
      time_zone: 'Asia/Tokyo',
      weekdays: [1 + (n % 7)],
      from: '22:00',
      to: '05:00',
      until: null,
    }
    const ends = isFreeze ? text(starts + 4 * day) : null
    return {
      id: newId(),
      kind: isFreeze ? 'freeze' : 'maintenance',
      severity: isFreeze ? one(['hard', 'soft']) : null,
      name: `${isFreeze ? '凍結' : '保守'} ${n}`,
      reason: null,
      starts_at: text(starts),
      ends_at: ends,
      recurrence: isFreeze ? null : JSON.stringify(recurrence),
      over_at: ends,
      created_by: people.agents[0],
      version: 1,
      created_at: text(until - 365 * day),
      updated_at: text(until - 365 * day),
    }
  }
}

/** All columns that the first row has. */
function write(trx: Trx, table: Parameters<typeof insertMany>[1], rows: Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  return rows.length === 0 ? Promise.resolve() : insertMany(trx, table, columns as never, rows)
}

function text(at: number): string {
  return new Date(at).toISOString()
}
