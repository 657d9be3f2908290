import type { PlannedCall } from './plan.ts'
import type { Scan } from './scan.ts'

/** What the next call works on. */
export type State = { input: string; subjects: string[]; axes: string[]; narrowed: boolean }
export type Draft = { scan: Scan; calls: PlannedCall[]; state: State; next: number }
type Added = Extract<PlannedCall, { call: 'add' }>

/** Adds a call; tabular ones become what the next works on. */
export function add(draft: Draft, type: Added['type'], config: object, name: string): void {
  draft.calls.push({ call: 'add', type, input: draft.state.input, config, name })
  if (type !== 'summary') draft.state.input = `step_${draft.next}`
  draft.next += 1
}

/** The axis of time: that of the kind 推移, else one whose values are periods. */
export const timeOf = ({ table, times }: Scan) =>
  table.axes.find(({ kind }) => kind === '推移')?.name ?? times[0]?.name
