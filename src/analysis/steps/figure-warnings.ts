import type { FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import { subjectColumn } from '../../../schemas/analysis/common.ts'
import type { EngineValue, Tables } from '../engine.ts'
import { figuresField, isCalculated, isCompared, isShared } from './figures.ts'
import type { Grouping } from './grouping.ts'
import type { StepWarning } from './model.ts'

/**
 * For each figure that is null somewhere, why it is so first, and how often it is; not for one that is
 * gathered of no numbers.
 */
export async function warningsOf(
  tables: Tables,
  table: string,
  { keys, figures }: Pick<Grouping, 'keys' | 'figures'>,
): Promise<StepWarning[]> {
  const counts = figures.map((figure, index) => {
    const hasNumbers = isGathered(figure) ? `and c${index} > 0` : ''
    const isNull = `filter (where f${index} is null ${hasNumbers})`
    return `count(*) ${isNull}, min(n) ${isNull}`
  })
  const [stats = []] = await tables.rows(`select ${counts.join(', ')} from ${table}`)
  const warnings: StepWarning[] = []
  for (const [index, figure] of figures.entries()) {
    const [count, first] = stats.slice(index * 2) as [number, number | null]
    if (count === 0 || first === null) continue
    const columns = [...operandsOf(figures, figure, index), ...keys.map((_, key) => `k${key}`)]
    const [row = []] = await tables.rows(
      `select ${columns.join(', ')} from ${table} where n = $1`,
      [first],
    )
    const [x, y, ...texts] = row
    const cell = Object.fromEntries(
      keys.map(({ axis }, key) => [axis.name, (texts[key] ?? null) as string | null]),
    )
    warnings.push({
      rule: ruleOf(figure, x, y),
      field: `${figuresField}.${index}`,
      cell: { ...cell, [subjectColumn]: figure.name },
      count,
      params: { name: figure.name },
    })
  }
  return warnings
}

function isGathered(figure: FigureConfig): boolean {
  return !isCalculated(figure) && !isShared(figure) && !isCompared(figure)
}

/** What a figure is calculated from: columns, and numbers as such. */
function operandsOf(
  figures: readonly FigureConfig[],
  figure: FigureConfig,
  index: number,
): string[] {
  if (isGathered(figure)) return [`c${index}`, `c${index}`]
  if (!isCalculated(figure)) return [`x${index}`, `y${index}`]
  return figure.subject.map((each) =>
    typeof each === 'number'
      ? `'${each}'::DOUBLE`
      : `f${figures.findIndex(({ name }) => name === each)}`,
  )
}

function ruleOf(
  figure: FigureConfig,
  x: EngineValue | undefined,
  y: EngineValue | undefined,
): StepWarning['rule'] {
  if (isGathered(figure)) return 'warning_too_large'
  if (x === null) return 'warning_missing_operand'
  // The whole holds this sum, so that it is there, and only too large.
  if (y === null && isShared(figure)) return 'warning_too_large'
  if (y === null) return isCompared(figure) ? 'warning_no_previous' : 'warning_missing_operand'
  if (y === 0 && !['+', '-', '*', 'difference'].includes(figure.method)) {
    return 'warning_division_by_zero'
  }
  return 'warning_too_large'
}
