import type { FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import { invalid } from '../../failure.ts'
import type { Tables } from '../engine.ts'
import { type Compared, figuresField, isCompared } from './figures.ts'
import type { Grouping } from './grouping.ts'
import { keyOf, type Period, periodBefore, readPeriods } from './periods.ts'
import { type Binder, distinctTexts } from './sql.ts'

/** How many periods are compared. */
const maxPeriods = 10_000

/** The sum of the period before, in the joins of `compareJoins`. */
export function previousOf(index: number): string {
  return `p${index}.s${index}`
}

/**
 * Joins the groups `w` with those of the period before, `p` and the number of the figure each. Fails with
 * `invalid` where the axis holds no periods, or one of them in two spellings.
 */
export async function compareJoins(
  tables: Tables,
  binder: Binder,
  table: string,
  keys: Grouping['keys'],
  figures: readonly FigureConfig[],
): Promise<string> {
  const joins: string[] = []
  for (const [index, figure] of figures.entries()) {
    if (!isCompared(figure)) continue
    const field = `${figuresField}.${index}`
    const along = keys.findIndex(({ axis }) => axis.name === figure.along)
    const texts = await distinctTexts(tables, { table }, `k${along}`, maxPeriods)
    const before = textsBefore(figure, texts, field)
    const [from, to] = [binder.texts([...before.keys()]), binder.texts([...before.values()])]
    const same = keys.flatMap((_, key) =>
      key === along ? [] : [`and p${index}.k${key} is not distinct from w.k${key}`],
    )
    joins.push(
      `left join (select unnest(${from}) as t, unnest(${to}) as b) m${index} on m${index}.t = w.k${along}
        left join ${table} p${index} on p${index}.k${along} = m${index}.b ${same.join(' ')}`,
    )
  }
  return joins.join(' ')
}

/** For each text of a period that of the period before, where there is one. */
function textsBefore(
  { along, offset = 'previous' }: Compared,
  texts: readonly string[],
  field: string,
): Map<string, string> {
  if (texts.length > maxPeriods) {
    throw invalid({ field: `${field}.along`, rule: 'figure_too_many_periods', limit: maxPeriods })
  }
  const periods = readPeriods(along, texts)
  const known = new Map<string, string>()
  for (const [index, period] of periods.entries()) {
    const text = texts[index] as string
    const other = period && known.get(keyOf(period))
    if (other !== undefined) {
      throw invalid({
        field: `${field}.along`,
        rule: 'figure_period_twice',
        one: other,
        other: text,
      })
    }
    if (period) known.set(keyOf(period), text)
  }
  requirePeriods(texts, periods, offset, field)
  return new Map(
    periods.flatMap((period, index): [string, string][] => {
      const before = period && periodBefore(period, offset)
      const text = before && known.get(keyOf(before))
      return text === undefined ? [] : [[texts[index] as string, text]]
    }),
  )
}

function requirePeriods(
  texts: readonly string[],
  periods: readonly (Period | undefined)[],
  offset: 'previous' | 'year',
  field: string,
): void {
  if (texts.length === 0) return
  const found = periods.filter((period) => period !== undefined)
  if (found.length === 0) {
    const known = texts.slice(0, 5)
    throw invalid({ field: `${field}.along`, rule: 'figure_no_periods', known })
  }
  if (offset === 'year' && found.every((period) => period.first === undefined)) {
    throw invalid({ field: `${field}.offset`, rule: 'figure_no_years' })
  }
}
