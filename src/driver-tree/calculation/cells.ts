import { failure } from '../../failure.ts'
import type { Pause } from '../../slices.ts'
import type { Series, Warning, WarningKind, Warnings } from './model.ts'

export const maxNodeCells = 1_000_000
export const maxCells = 20_000_000
export const maxWarnings = 1000

/** The tuples of a node on its axes. The same ones are the same object where that is known. */
export type Layout = {
  id: number
  axes: readonly number[]
  tuples: readonly (readonly string[])[]
}

/** The periods of a node. The same ones are always the same object. */
export type Span = { id: number; periods: readonly number[] | null }

/** The numbers of a node; `holes` marks those that nobody expects, where some are such. */
export type Cells = Series & { layout: Layout; span: Span; holes: Uint8Array | null }

/** Something that is wrong with a cell, or with a tuple in all periods. */
type Fault = {
  kind: WarningKind
  axes: readonly number[]
  tuple: readonly string[]
  period: number | null
}

export type Faults = { list: Fault[]; count: number }

/** One run of a calculation: how much it still may allocate and note, and when it lets others run. */
export type Run = {
  pause: Pause
  /** The label of the node that is being calculated. */
  label: string
  cells: number
  noted: number
  /** A part of the work since others could run, in operations. */
  work: number
}

export const widthOf = ({ periods }: Span): number => periods?.length ?? 1

export function seriesOf(
  layout: Layout,
  span: Span,
  values: Float64Array,
  holes: Uint8Array | null = null,
): Cells {
  return {
    periods: span.periods,
    axes: layout.axes,
    tuples: layout.tuples,
    values,
    layout,
    span,
    holes,
  }
}

/** Fails with `tree_too_large` where a node would have more numbers than it may. */
export function requireSize({ label }: Run, size: number): void {
  if (size > maxNodeCells) throw failure('tree_too_large', { label, limit: maxNodeCells })
}

/** Fails with `tree_too_large` before anything is allocated. */
export function allow(run: Run, tuples: number, width: number): number {
  const size = tuples * width
  requireSize(run, size)
  run.cells += size
  if (run.cells > maxCells) throw failure('tree_too_large', { label: run.label, limit: maxCells })
  return size
}

const workBetween = 50_000

/** Lets others run when there was enough work since the last time. */
export async function worked(run: Run, operations: number): Promise<void> {
  run.work += operations
  if (run.work < workBetween) return
  run.work = 0
  await run.pause()
}

export function note(
  run: Run,
  faults: Faults,
  kind: WarningKind,
  { axes, tuples }: Layout,
  tuple: number,
  period: number | null,
): void {
  faults.count += 1
  if (run.noted >= maxWarnings) return
  run.noted += 1
  faults.list.push({ kind, axes, tuple: tuples[tuple] as readonly string[], period })
}

/** The names of what the calculation knows by places. */
export type Names = { periodName: string; periods: readonly string[]; axes: readonly string[] }

function keyOf({ axes, tuple, period }: Fault, names: Names): Record<string, string> {
  const key: [string, string][] = period === null ? [] : [[names.periodName, nameAt(period)]]
  for (const [at, axis] of axes.entries()) {
    const name = names.axes[axis] as string
    key.push([name === names.periodName ? `${name} (2)` : name, tuple[at] as string])
  }
  return Object.fromEntries(key)
  function nameAt(place: number) {
    return names.periods[place] as string
  }
}

/** The first warnings of all nodes in their order, and how many there are. */
export function warningsOf(
  nodes: readonly { id: string; label: string }[],
  faults: readonly (Faults | null)[],
  names: Names,
): Warnings {
  const list: Warning[] = []
  let count = 0
  for (const [at, found] of faults.entries()) {
    if (!found) continue
    count += found.count
    const { id, label } = nodes[at] as { id: string; label: string }
    for (const fault of found.list) {
      if (list.length === maxWarnings) break
      list.push({ kind: fault.kind, node_id: id, label, key: keyOf(fault, names) })
    }
  }
  return { list, count }
}
