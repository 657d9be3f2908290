import { scaledNumber } from './decimals.ts'
import { elementOf, scalarOf } from './normalise.ts'
import { type Axis, type AxisId, axisIds, type Note } from './shapes.ts'

export type Codes = { readonly [id in AxisId]?: string }

/** One figure of a table: either a value or the mark that stands in its place. */
export type Cell = {
  codes: Codes
  /** As it came, for exact arithmetic. */
  text: string
  value: number | null
  mark: string | null
  unit: string | null
  annotation: string | null
}

export type CellFaultCode =
  | 'bad_value'
  | 'missing_code'
  | 'not_a_cell'
  | 'out_of_range'
  | 'unknown_code'

/** `key` is like `tab=2020_01 area=13000`. */
export type CellFault = { fault: CellFaultCode; key: string; text: string }

/** What stands for a missing figure in tables that have no legend for it. */
export const usualMarks: readonly string[] = ['***', '-', 'X', 'x', '…', '...', '‐', '']

/** A function from VALUE elements of a table to its figures. */
export function cellParser(
  axes: readonly Axis[],
  notes: readonly Note[],
): (value: unknown) => Cell | CellFault {
  const marks = new Set([...usualMarks, ...notes.map(({ mark }) => mark)])
  const members = new Map<string, ReadonlyMap<string, Axis['members'][number]>>(
    axes.map(({ id, members }) => [id, new Map(members.map((member) => [member.code, member]))]),
  )
  const ids = axisIds.filter((id) => axes.length === 0 || members.has(id)) as AxisId[]
  const attributes = ids.map((id) => [id, `@${id}`, members.get(id)] as const)
  const withUnits = axes
    .filter(({ id, members }) => id !== 'area' && id !== 'time' && members.some(({ unit }) => unit))
    .map(({ id }) => id)
    .sort(byAxis)

  return (value) => {
    const element = elementOf(value)
    if (!element) return { fault: 'not_a_cell', key: '', text: String(value) }
    const codes: { [id in AxisId]?: string } = {}
    let wrong: CellFaultCode | undefined
    for (const [id, attribute, known] of attributes) {
      const code = scalarOf(element[attribute])
      if (code) {
        const member = known?.get(code)
        // The string of the axis is shared by all its figures.
        codes[id] = member?.code ?? code
        if (known && !member) wrong ??= 'unknown_code'
      } else if (known) wrong ??= 'missing_code'
    }
    const text = scalarOf(element.$)
    const reject = (fault: CellFaultCode): CellFault => ({
      fault,
      key: keyOf(codes),
      text: text ?? typeof element.$,
    })
    if (wrong) return reject(wrong)
    if (Object.keys(codes).length === 0) return reject('missing_code')
    if (text === undefined) return reject('bad_value')

    let unit = scalarOf(element['@unit']) || null
    for (const id of withUnits) unit ??= members.get(id)?.get(codes[id] as string)?.unit ?? null
    const annotation = scalarOf(element['@annotation']) || null
    const figure = text.trim()
    const number = scaledNumber(figure)
    if (number !== undefined) {
      if (Number.isNaN(number)) return reject('out_of_range')
      return { codes, text: figure, value: number, mark: null, unit, annotation }
    }
    if (!marks.has(figure)) return reject('bad_value')
    return { codes, text: figure, value: null, mark: figure, unit, annotation }
  }
}

/** The codes of a figure in one line, in the order of `axisIds`. */
export function keyOf(codes: Codes): string {
  let key = ''
  for (const id in codes) key += `${key && ' '}${id}=${codes[id as AxisId]}`
  return key
}

function byAxis(a: AxisId, b: AxisId): number {
  return axisIds.indexOf(a) - axisIds.indexOf(b)
}
