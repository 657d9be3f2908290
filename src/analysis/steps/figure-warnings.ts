import type { FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import { subjectColumn } from '../../../schemas/analysis/common.ts'
import type { EngineValue, Tables } from '../engine.ts'
import { figuresField, isCalculated, isCompared, isShared, isSummed } from './figures.ts'
import type { Grouping } from './grouping.ts'
import type { StepWarning } from './model.ts'

/**
 * For each calculated figure that is null somewhere, why it is so first, and how often it is; of gathered
 * ones those that are too large for a number.
 */
export async function warningsOf(
  tables: Tables,
  table: string,
  { keys, figures }: Pick<Grouping, 'keys' | 'figures'>,
): Promise<StepWarning[]> {
  const looked = figures.flatMap((figure, index) => {
    const isOne = isCalculated(figure) || isShared(figure) || isCompared(figure)
    return isOne || isSummed(figure) ? [{ figure, index }] : []
  })
  if (looked.length === 0) return []
  const counts = looked.map(({ figure, index }) => {
    const isNull = `filter (where ${isSummed(figure) ? `o${index}` : `f${index} is null`})`
    return `count(*) ${isNull}, min(n) ${isNull}`
  })
  const [stats = []] = await tables.rows(`select ${counts.join(', ')} from ${table}`)
  const warnings: StepWarning[] = []
  for (const [at, { figure, index }] of looked.entries()) {
    const [count, first] = stats.slice(at * 2) as [number, number | null]
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

/** What a figure is calculated from: columns, and numbers as such. */
function operandsOf(
  figures: readonly FigureConfig[],
  figure: FigureConfig,
  index: number,
): string[] {
  if (isSummed(figure)) return ['0', '0']
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
  if (isSummed(figure)) return 'warning_too_large'
  if (x === null) return 'warning_missing_operand'
  if (y === null) return isCompared(figure) ? 'warning_no_previous' : 'warning_missing_operand'
  if (y === 0 && !['+', '-', '*', 'difference'].includes(figure.method)) {
    return 'warning_division_by_zero'
  }
  return 'warning_too_large'
}
