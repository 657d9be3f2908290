import { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../src/access.ts'
import { listAudit } from '../../src/audit.ts'
import { importCsv } from '../../src/statistics/imports/import.ts'
import { yearCode } from '../../src/statistics/periods.ts'
import type { Figure } from '../../src/statistics/quality/batch.ts'
import { forgetQuality, getRun, listQuality, listRuns } from '../../src/statistics/runs/list.ts'
import { acceptRun, rejectRun } from '../../src/statistics/runs/quarantine.ts'
import { dayInJapan, failRun, publishRun } from '../../src/statistics/runs/runs.ts'
import { readObservations } from '../../src/statistics/store.ts'
import { newId } from '../../src/values.ts'
import { test as base, describe, expect } from '../support/statistics.ts'

const test = base.extend<{ stats: Db }>({
  stats: [
    async ({ db }, use) => {
      await use(db)
    },
    { scope: 'file' },
  ],
})

const source = 'ssdse-e-2024'
const actor: Actor = { id: null, request_id: newId(), ip: null, user_agent: null }

async function valuesOf(db: Db, indicator: string, year: number) {
  const periods = [yearCode(year)]
  const rows = await readObservations(db, { indicators: [indicator], periods })
  const own = rows.filter(({ area }) => area.endsWith('000'))
  return new Map(own.flatMap(({ area, value }) => (value === null ? [] : [[area, value] as const])))
}

/** Figures of prefectures and nation, some per cent larger, that add up. */
async function nextYear(db: Db, indicator: string, from: number, factor: number) {
  const values = await valuesOf(db, indicator, from)
  const rows = [...values].filter(([area]) => area !== '00000')
  const next = rows.map(([area, value]) => [area, Math.round(value * factor)] as const)
  const nation = next.reduce((sum, [, value]) => sum + value, 0)
  return [['00000', nation] as const, ...next]
}

const fileOf = (indicator: string, year: number, rows: readonly (readonly [string, number])[]) =>
  ['indicator,area,period,value', ...rows.map((row) => `${indicator},${row[0]},${year},${row[1]}`)]
    .join('\r\n')
    .concat('\r\n')

const importText = (db: Db, text: string, changes = {}) =>
  importCsv({ db }, Readable.from([Buffer.from(text)]), {
    source,
    published: '2026-01-15',
    format: 'own',
    ...changes,
  })

/** How many figures there are, and how many of them hold. */
const countOf = (db: Db) =>
  db
    .selectFrom('observations')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn.count<number>('superseded').as('superseded'),
    ])
    .executeTakeFirst()

const versionOf = async (db: Db) =>
  (await db.selectFrom('statistics_state').select('version').executeTakeFirstOrThrow()).version

test('begins with the bundled figures, and no run', async ({ stats }) => {
  expect((await valuesOf(stats, 'A4101', 2021)).size).toBe(48)
  expect(await listRuns(stats, { limit: 1 })).toEqual({ runs: [], next_cursor: null })
})

describe('a file of figures', () => {
  test('is published once, however often it is sent', async ({ stats }) => {
    const rows = await nextYear(stats, 'A4101', 2021, 0.97)
    const text = fileOf('A4101', 2022, rows)
    const before = await versionOf(stats)
    const first = await importText(stats, text)
    expect(first).toMatchObject({
      kind: 'csv',
      outcome: 'published',
      rows_read: 48,
      rows_added: 48,
      rows_changed: 0,
      vintage: '2026-01-15',
      scheduled_for: dayInJapan(first.started_at),
      error_code: null,
    })
    expect(await versionOf(stats)).toBeGreaterThan(before)
    expect(await valuesOf(stats, 'A4101', 2022)).toEqual(new Map(rows))

    const published = await versionOf(stats)
    const second = await importText(stats, text)
    expect(second).toMatchObject({ outcome: 'unchanged', rows_added: 0, vintage: null })
    expect(await versionOf(stats)).toBe(published)
    expect(await getRun(stats, second.id)).toMatchObject({ errors: 0, outcome: 'unchanged' })
  })

  test('off by a thousand is kept back, and what holds is still answered', async ({ stats }) => {
    const rows = await nextYear(stats, 'A9101', 2021, 1)
    const before = await valuesOf(stats, 'A9101', 2021)
    const version = await versionOf(stats)
    const wrong = rows.map(([area, value]) => [area, value * 1000] as const)
    const run = await importText(stats, fileOf('A9101', 2021, wrong))
    expect(run).toMatchObject({ outcome: 'quarantined', rows_read: 48, rows_added: 0 })
    expect(await valuesOf(stats, 'A9101', 2021)).toEqual(before)
    expect(await versionOf(stats)).toBe(version)

    const { results, total } = await listQuality(stats, {
      run_id: run.id,
      severity: 'error',
      skip: 0,
      limit: 10,
    })
    expect(total).toBe(2)
    expect(results.map(({ check }) => check).sort()).toEqual(['revision_size', 'unit_jump'])
    const jump = results.find(({ check }) => check === 'unit_jump')
    expect(jump).toMatchObject({ scope: 'A9101 2021', failing: 48 })
    expect(jump?.sample).toHaveLength(20)
    const kept = await stats
      .selectFrom('quarantined_figures')
      .select(['area', 'value'])
      .where('run_id', '=', run.id)
      .orderBy('position')
      .execute()
    expect(kept.map(({ area, value }) => [area, value])).toEqual(wrong)

    const rejected = await transact(stats, (trx) => rejectRun(trx, actor, run.id))
    expect(rejected).toMatchObject({ outcome: 'quarantined', decision: 'rejected' })
    await expect(transact(stats, (trx) => acceptRun(trx, actor, run.id))).rejects.toMatchObject({
      failure: 'run_not_quarantined',
      statusCode: 409,
    })
  })

  test('kept back for an area it lacks is published on somebody’s word', async ({ stats }) => {
    const rows = await nextYear(stats, 'G1401', 2021, 1.01)
    const text = fileOf(
      'G1401',
      2024,
      rows.filter(([area]) => area !== '31000'),
    )
    const run = await importText(stats, text)
    expect(run.outcome).toBe('quarantined')
    expect((await valuesOf(stats, 'G1401', 2024)).size).toBe(0)

    const accepted = await transact(stats, (trx) => acceptRun(trx, actor, run.id))
    expect(accepted).toMatchObject({ outcome: 'published', decision: 'accepted', rows_added: 47 })
    expect(await getRun(stats, run.id)).toMatchObject({ ...accepted, errors: 1 })
    expect((await valuesOf(stats, 'G1401', 2024)).size).toBe(47)
    // What is worked out of it came along.
    expect((await valuesOf(stats, 'libraries_per_100k', 2024)).size).toBeGreaterThan(0)
    const { events } = await listAudit(stats, run.id, { limit: 10 })
    expect(events).toMatchObject([
      { action: 'statistics_run.accepted', changes: { errors: ['completeness'], rows_added: 47 } },
    ])
    const left = await stats
      .selectFrom('quarantined_figures')
      .select('area')
      .where('run_id', '=', run.id)
      .execute()
    expect(left).toEqual([])
  })

  test('that says it is a part need not have all areas', async ({ stats }) => {
    const rows = await nextYear(stats, 'A9201', 2021, 0.99)
    const text = fileOf('A9201', 2022, rows.slice(1, 3))
    expect(await importText(stats, text, { isPart: true })).toMatchObject({
      outcome: 'published',
      rows_added: 2,
    })
  })

  test('in the layout of SSDSE goes the same way', async ({ stats }) => {
    const rows = await nextYear(stats, 'A4103', 2021, 1)
    const rates = await valuesOf(stats, 'A4103', 2021)
    const lines = rows.map(
      ([area], n) => `R${area},${n},${((rates.get(area) ?? 0) - 0.04).toFixed(2)}`,
    )
    const text = ['SSDSE-E-2026,Prefecture,A4103', ',,2022', 'コード,県,合計特殊出生率', ...lines]
    const run = await importText(stats, text.join('\r\n'), { format: 'ssdse' })
    expect(run).toMatchObject({ outcome: 'published', rows_added: rows.length })
    expect((await valuesOf(stats, 'total_fertility_rate', 2022)).size).toBe(rows.length)
  })

  test('with faults is refused whole, and leaves no run', async ({ stats }) => {
    const before = await listRuns(stats, { limit: 1 })
    const text = fileOf('A1101', 2025, [['13000', 1]]).concat('A1101,99999,2025,=1\r\n')
    await expect(importText(stats, text)).rejects.toMatchObject({
      failure: 'import_malformed',
      extra: {
        errors: [
          { line: 3, column: 2, field: 'area', rule: 'import_area' },
          { line: 3, column: 4, field: 'value', rule: 'import_formula' },
        ],
      },
    })
    const empty = importText(stats, 'indicator,area,period,value\r\n')
    await expect(empty).rejects.toMatchObject({ failure: 'import_malformed' })
    const unknown = importText(stats, text, { source: 'nobody' })
    await expect(unknown).rejects.toMatchObject({ failure: 'source_not_found' })
    const undated = importText(stats, text, { published: '2026-02-30' })
    await expect(undated).rejects.toMatchObject({ failure: 'invalid_request' })
    expect(await listRuns(stats, { limit: 1 })).toEqual(before)
  })
})

describe('a run', () => {
  const requestOf = (published = '2026-02-01') =>
    ({ kind: 'estat', source_id: source, published, instance: 'test', attempt: 2 }) as const

  const figureOf = (value: number, area = '13000'): Figure => ({
    indicator: 'I6200',
    area,
    period: yearCode(2025),
    value,
    mark: null,
    status: 'final',
    source_id: source,
  })

  test('that breaks off leaves nothing but its failure', async ({ stats }) => {
    const before = await countOf(stats)
    const version = await versionOf(stats)
    const rows = await nextYear(stats, 'I6300', 2020, 1.01)
    const figures = rows.map(([area, value]) => ({ ...figureOf(value, area), indicator: 'I6300' }))
    await sql`alter table quality_results rename to hidden_results`.execute(stats)
    try {
      await expect(publishRun(stats, requestOf(), figures)).rejects.toThrow('quality_results')
    } finally {
      await sql`alter table hidden_results rename to quality_results`.execute(stats)
    }
    expect(await countOf(stats)).toEqual(before)
    expect(await versionOf(stats)).toBe(version)
    const { runs } = await listRuns(stats, { outcome: 'failed', limit: 10 })
    expect(runs).toMatchObject([{ kind: 'estat', attempt: 2, rows_read: 48, vintage: null }])
    expect(runs[0]?.error_message).toContain('quality_results')

    expect(await publishRun(stats, requestOf(), figures)).toMatchObject({ outcome: 'published' })
  })

  test('with what cannot be stored is never published', async ({ stats }) => {
    const figures = [figureOf(Number.NaN), figureOf(-1, '14000')]
    const run = await publishRun(stats, { ...requestOf(), isPart: true }, figures)
    expect(run.outcome).toBe('quarantined')
    const kept = await stats
      .selectFrom('quarantined_figures')
      .select(['value', 'mark'])
      .where('run_id', '=', run.id)
      .orderBy('position')
      .execute()
    expect(kept).toEqual([
      { value: null, mark: 'NaN' },
      { value: -1, mark: null },
    ])
    await expect(transact(stats, (trx) => acceptRun(trx, actor, run.id))).rejects.toMatchObject({
      failure: 'run_not_acceptable',
      detail: { checks: ['range'] },
    })
    const nobody = newId()
    await expect(transact(stats, (trx) => rejectRun(trx, actor, nobody))).rejects.toMatchObject({
      failure: 'run_not_found',
    })
  })

  test('beside another one publishes the same figures once', async ({ stats }) => {
    const rows = await nextYear(stats, 'I5103', 2021, 1.01)
    const figures = rows.map(([area, value]) => ({ ...figureOf(value, area), indicator: 'I5103' }))
    const runs = await Promise.all([1, 2, 3].map(() => publishRun(stats, requestOf(), figures)))
    expect(runs.map(({ outcome }) => outcome).sort()).toEqual([
      'published',
      'unchanged',
      'unchanged',
    ])
    expect((await valuesOf(stats, 'I5103', 2025)).size).toBe(48)
  })

  test('that failed before it had figures is written down too', async ({ stats }) => {
    const error = Object.assign(new Error('e-Stat did not answer.'), { code: 'ETIMEDOUT' })
    const run = await failRun(stats, { ...requestOf(), scheduled_for: '2026-02-03' }, error)
    expect(await getRun(stats, run.id)).toMatchObject({
      outcome: 'failed',
      scheduled_for: '2026-02-03',
      error_code: 'ETIMEDOUT',
      error_message: 'e-Stat did not answer.',
      errors: 0,
    })
    await expect(getRun(stats, newId())).rejects.toMatchObject({ failure: 'run_not_found' })
  })

  test('is listed newest first, page by page, by kind, source and outcome', async ({ stats }) => {
    const all = await listRuns(stats, { limit: 1000 })
    const ids = all.runs.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(4)
    expect(ids).toEqual([...ids].sort().reverse())
    const first = await listRuns(stats, { limit: 3 })
    const second = await listRuns(stats, { limit: 1000, cursor: String(first.next_cursor) })
    expect([...first.runs, ...second.runs]).toEqual(all.runs)
    for (const filter of [
      { kind: 'csv' },
      { source_id: source },
      { outcome: 'unchanged' },
    ] as const) {
      const { runs } = await listRuns(stats, { ...filter, limit: 1000 })
      expect(runs).toEqual(
        all.runs.filter((run) =>
          Object.entries(filter).every(([name, value]) => run[name as keyof typeof run] === value),
        ),
      )
      expect(runs.length).toBeGreaterThan(0)
    }
    const { results } = await listQuality(stats, { check: 'range', skip: 0, limit: 100 })
    expect(new Set(results.map(({ check }) => check))).toEqual(new Set(['range']))
  })
})

test('the day in Japan is nine hours ahead', () => {
  expect(dayInJapan('2026-01-01T14:59:59.999Z')).toBe('2026-01-01')
  expect(dayInJapan('2026-01-01T15:00:00.000Z')).toBe('2026-01-02')
})

test('what checks found is forgotten after a year and a month, and no run is', async ({
  stats,
}) => {
  const rows = await nextYear(stats, 'A9101', 2021, 1.01)
  const run = await importText(stats, fileOf('A9101', 2022, rows))
  const resultsOf = async () =>
    (await listQuality(stats, { run_id: run.id, skip: 0, limit: 100 })).total
  expect(await resultsOf()).toBeGreaterThan(0)
  const days = (count: number) => new Date(Date.now() + count * 24 * 60 * 60 * 1000).toISOString()
  await forgetQuality(stats, days(399))
  expect(await resultsOf()).toBeGreaterThan(0)
  await forgetQuality(stats, days(401))
  expect(await resultsOf()).toBe(0)
  expect(await getRun(stats, run.id)).toMatchObject({ id: run.id, outcome: 'published' })
})
