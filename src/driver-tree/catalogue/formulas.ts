import { type DriverType, driverTypes } from '../../../db/seeds/driver-tree/driver-types.ts'
import {
  type TreeFormulaQuery,
  type TreeKpi,
  treeKpis,
} from '../../../schemas/driver-tree/catalogue.ts'
import { failure } from '../../failure.ts'
import { parseFormula } from '../formulas/parse.ts'
import { labelKeyOf } from '../labels.ts'

const depreciation = '減価償却費'

/**
 * The formulas of a KPI for a type of driver tree, from the KPI down, each once. Fails with 404
 * `driver_type_not_found`, `kpi_formula_not_found` or `driver_type_without_formulas`.
 */
export function listCatalogueFormulas(
  query: Pick<TreeFormulaQuery, 'driver_tree' | 'KPI'>,
): string[] {
  const wantedType = comparable(query.driver_tree)
  const type = driverTypes.find(({ name }) => comparable(name) === wantedType)
  if (!type) {
    const known = driverTypes.map(({ name }) => name)
    throw failure('driver_type_not_found', { name: query.driver_tree, known })
  }
  const kpi = treeKpis.find((each) => comparable(each) === comparable(query.KPI))
  if (!kpi) throw failure('kpi_formula_not_found', { name: query.KPI, known: [...treeKpis] })

  const definitions = definitionsOf(type)
  if (!definitions.has(kpi)) {
    const known = treeKpis.filter((each) => definitions.has(each))
    throw failure('driver_type_without_formulas', {
      name: type.name,
      kpi,
      known: known.length > 0 ? known : '-',
    })
  }
  return formulasBelow(kpi, definitions)
}

type Definition = { formula: string; operands: string[] }

/**
 * What the type says, and the three KPIs that follow from it. EBITDA adds back whatever depreciation is
 * among the costs; where none is named it is within the other costs, and entered by itself.
 */
function definitionsOf(type: DriverType): Map<TreeKpi | string, Definition> {
  if (type.formulas.length === 0) return new Map()
  const own = new Map(type.formulas.map(read))
  const costs = [...(own.get('原価')?.operands ?? []), ...(own.get('販管費')?.operands ?? [])]
  const named = costs.filter((label) => label.startsWith(depreciation))
  const addedBack = named.length > 0 ? named : [depreciation]
  const derived = [
    own.has('原価') ? '粗利 = 売上 - 原価' : '粗利 = 売上',
    '営業利益 = 粗利 - 販管費',
    ['EBITDA = 営業利益', ...addedBack].join(' + '),
  ]
  return new Map([...derived.map(read), ...own])
}

function read(formula: string): [string, Definition] {
  const { key, steps } = parseFormula(formula, 'formulas')
  return [key, { formula, operands: steps.flatMap((step) => ('key' in step ? step.key : [])) }]
}

function formulasBelow(kpi: TreeKpi, definitions: ReadonlyMap<string, Definition>): string[] {
  const formulas = new Set<string>()
  const pending: string[] = [kpi]
  while (pending.length > 0) {
    const definition = definitions.get(pending.pop() as string)
    if (!definition || formulas.has(definition.formula)) continue
    formulas.add(definition.formula)
    pending.push(...definition.operands.toReversed())
  }
  return [...formulas]
}

/** `_` stands for the `・` of names, in capital or small letters. */
function comparable(name: string): string {
  return labelKeyOf(name).replaceAll('・', '_').toUpperCase()
}
