import type { FormulaConfig } from '../../../schemas/analysis/summary.ts'
import { invalid } from '../../failure.ts'
import type { Tables } from '../engine.ts'
import { calculate, type Operator } from './arithmetic.ts'
import type { FormulaResult, Relation, StepWarning, SummaryResult } from './model.ts'
import { createBinder } from './sql.ts'
import { firstSubjects } from './subjects.ts'
import { sumsOf } from './sums.ts'

/** How each method is taken of the numbers of a 科目. */
const methods = {
  sum: (sum: string) => sum,
  mean: (sum: string) => `${sum} / count(v)`,
  count: () => 'count(*)::double',
  max: () => 'max(v)',
  min: () => 'min(v)',
  median: () => 'median(v)',
}
type Method = keyof typeof methods
type Gathered = Extract<FormulaConfig, { type: Method }>
type Calculated = Exclude<FormulaConfig, Gathered>

/** A formula with its place in the configuration. */
type Placed<Config = FormulaConfig> = { config: Config; name: string; field: string }

/**
 * The figures of a table, in the order of the formulas. `count` counts rows, the other methods take the
 * numbers that are there. A quotient whose unit is `%` is times 100; `portion` multiplies last, and what
 * other formulas take is the figure as it is shown. Fails with `invalid` and the path in the
 * configuration for a 科目 or formula that is not there, a name that is there twice, and a circle.
 */
export async function runFormulas(
  tables: Tables,
  source: Relation,
  formulas: readonly FormulaConfig[],
): Promise<SummaryResult> {
  const placed = formulas.map((config, n) => ({
    config,
    name: config.formula_text.trim(),
    field: `config.formulas.${n}`,
  }))
  requireDistinct(placed)
  const warnings: StepWarning[] = []
  const figures = await gather(tables, source, placed.filter(isGathered), warnings)
  for (const formula of inOrder(placed)) {
    figures.set(formula.name, calculated(formula, figures, warnings))
  }
  return {
    formulas: placed.map(({ config, name }): FormulaResult => {
      return { name, value: figures.get(name) ?? null, unit: config.unit ?? '' }
    }),
    warnings,
  }
}

function requireDistinct(formulas: readonly Placed[]): void {
  const names = new Set<string>()
  for (const { name, field } of formulas) {
    if (names.has(name)) {
      throw invalid({ field: `${field}.formula_text`, rule: 'summary_name_twice', name })
    }
    names.add(name)
  }
}

function isGathered(formula: Placed): formula is Placed<Gathered> {
  return Object.hasOwn(methods, formula.config.type)
}

/** All methods of all 科目 that are asked for, in one pass over the table. */
async function gather(
  tables: Tables,
  source: Relation,
  formulas: readonly Placed<Gathered>[],
  warnings: StepWarning[],
): Promise<Map<string, number | null>> {
  const figures = new Map<string, number | null>()
  if (formulas.length === 0) return figures
  const subjects = [...new Set(formulas.map(({ config }) => config.target_subject.trim()))]
  const wanted = [...new Set(formulas.map(({ config }) => config.type))]
  const binder = createBinder()
  const { table, sum } = await sumsOf(tables, source, binder, subjects)
  const columns = [...wanted.map((method) => methods[method](sum)), 'count(v)'].join(', ')
  const rows = await tables.rows(
    `select s, ${columns} from ${source.table} join ${table} using (s) group by s`,
    binder.values,
  )
  const found = new Map(rows.map(([subject, ...values]) => [subject, values]))
  for (const { config, name, field } of formulas) {
    const values = found.get(config.target_subject.trim())
    if (!values) {
      const known = await firstSubjects(tables, source)
      throw invalid({ field: `${field}.target_subject`, rule: 'unknown_analysis_subject', known })
    }
    const value = finite(values[wanted.indexOf(config.type)])
    const rule = values.at(-1) === 0 ? 'summary_no_numbers' : 'summary_too_large'
    if (value === null) warnings.push({ rule, field, cell: null, count: 1 })
    figures.set(name, shown(config, value))
  }
  return figures
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function shown({ portion = 1 }: FormulaConfig, value: number | null): number | null {
  return calculate('*', value, portion)
}

/** The formulas of formulas, each after those that it takes. */
function inOrder(formulas: readonly Placed[]): Placed<Calculated>[] {
  const byName = new Map(formulas.map((formula) => [formula.name, formula]))
  const done = new Set<string>()
  const order: Placed<Calculated>[] = []
  const visit = (formula: Placed, path: readonly string[]): void => {
    if (done.has(formula.name)) return
    const way = [...path, formula.name]
    if (path.includes(formula.name)) {
      const circle = way.slice(path.indexOf(formula.name)).join(' → ')
      throw invalid({
        field: `${formula.field}.target_subject`,
        rule: 'summary_circle',
        path: circle,
      })
    }
    if (!isGathered(formula)) {
      const own = formula as Placed<Calculated>
      for (const [n, operand] of own.config.target_subject.entries()) {
        if (typeof operand === 'number') continue
        const next = byName.get(operand.trim())
        if (!next) throw unknownFormula(own, n, formulas)
        visit(next, way)
      }
      order.push(own)
    }
    done.add(formula.name)
  }
  for (const formula of formulas) visit(formula, [])
  return order
}

function unknownFormula({ field, name }: Placed, n: number, formulas: readonly Placed[]) {
  const known = formulas.flatMap((formula) => (formula.name === name ? [] : [formula.name]))
  return invalid({
    field: `${field}.target_subject.${n}`,
    rule: 'summary_unknown_formula',
    known: known.slice(0, 20).join('、') || '—',
  })
}

function calculated(
  { config, field }: Placed<Calculated>,
  figures: ReadonlyMap<string, number | null>,
  warnings: StepWarning[],
): number | null {
  const [left = null, right = null] = config.target_subject.map((operand) =>
    typeof operand === 'number' ? operand : (figures.get(operand.trim()) ?? null),
  )
  const operator: Operator = config.type
  const value = calculate(operator, left, right)
  if (value === null) {
    const isMissing = left === null || right === null
    const rule = isMissing ? 'summary_missing_operand' : 'summary_no_result'
    warnings.push({ rule, field, cell: null, count: 1 })
  }
  const isShare = operator === '/' && config.unit?.trim().normalize('NFKC') === '%'
  return shown(config, isShare ? (percentOf(left, right) ?? calculate('*', value, 100)) : value)
}

/** Multiplied first, so that 7 of 100 are 7 % and never 7.000000000000001. */
function percentOf(left: number | null, right: number | null): number | null {
  return calculate('/', calculate('*', left, 100), right)
}
