import { failure } from '../../failure.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Estat } from '../estat/client.ts'
import { observationsOf, type Rules } from '../estat/observations.ts'
import type { Note, TableInfo } from '../estat/shapes.ts'
import type { Figure } from '../quality/batch.ts'
import type { Plan } from './plans.ts'

export type Reading = {
  figures: Figure[]
  /** As the pages say it: the table may be newer than when it was looked up. */
  published: string | undefined
  notes: readonly Note[]
}

/**
 * The day on which e-Stat last changed the table of a plan. Fails with `estat_undated` where it does
 * not say, and as the client does.
 */
export async function publishedOf(estat: Estat, plan: Plan, signal: AbortSignal): Promise<string> {
  const { info } = await estat.getMetaInfo(plan.query.statsDataId, signal)
  return dayOf(plan, info)
}

/**
 * The figures of a plan, page by page, of which only the figures are kept. A table that is not whole
 * (`estat_partial`) or has anything that cannot be read (`estat_unreadable`) gives nothing at all.
 */
export async function readPlan(
  estat: Estat,
  plan: Plan,
  catalogue: Catalogue,
  signal: AbortSignal,
): Promise<Reading> {
  const table = plan.query.statsDataId
  const rules = rulesOf(plan, catalogue)
  const figures: Figure[] = []
  let published: string | undefined
  let notes: readonly Note[] = []
  for await (const page of estat.getStatsData(plan.query, signal)) {
    if (page.isPartial) throw failure('estat_partial', { table })
    const { rows, faults } = await observationsOf(page, rules)
    const [first] = [...page.faults, ...faults]
    if (first) {
      const count = page.faulty + faults.length
      const example = estat.redact(`${first.fault} ${first.key} ${first.text}`).slice(0, 200)
      throw failure('estat_unreadable', { table, count, example })
    }
    for (const { mark, ...row } of rows) {
      figures.push({ ...row, mark: mark === null ? null : estat.redact(mark) })
    }
    if (page.info) published = dayOf(plan, page.info)
    notes = page.notes.map((note) => ({ mark: note.mark, text: estat.redact(note.text) }))
  }
  return { figures, published, notes }
}

function rulesOf({ source, levels, indicators, ...rules }: Plan, { areas }: Catalogue): Rules {
  const isArea = (code: string) => {
    const area = areas.get(code)
    return area !== undefined && !area.valid_until && levels.includes(area.level)
  }
  const { status, fiscalAsCalendar } = rules
  return {
    source_id: source.id,
    indicators,
    isArea,
    ...(status && { status }),
    ...(fiscalAsCalendar && { fiscalAsCalendar }),
  }
}

function dayOf({ query }: Plan, { id, updatedDate }: TableInfo): string {
  const table = query.statsDataId
  const isDay = /^\d{4}-\d\d-\d\d$/.test(updatedDate) && !Number.isNaN(Date.parse(updatedDate))
  if (id !== table || !isDay) throw failure('estat_undated', { table })
  return updatedDate
}
