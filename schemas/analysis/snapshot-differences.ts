import { type Static, Type } from '@sinclair/typebox'
import { Id, oneOf, ref } from '../common.ts'
import { StepType } from './common.ts'
import { SnapshotTable } from './snapshots.ts'

/** How many changed fields of all steps together are shown, and how much of each value. */
export const maxDifferences = 500
export const maxShownItems = 50
export const maxShownText = 200

const order = Type.Integer({ minimum: 0, examples: [1] })

const named = {
  step_id: Id,
  name: Type.String({ examples: ['部門別の合計'] }),
  type: StepType,
}

export const StepDifference = Type.Object(
  {
    path: Type.String({
      description: '`name`, `type`, `input`, or a path in the configuration.',
      examples: ['config.numeric_filter.min_value'],
    }),
    before: Type.Optional(
      Type.Unknown({ description: 'Left out where it was not set.', examples: [1_000_000] }),
    ),
    after: Type.Optional(
      Type.Unknown({ description: 'Left out where it is not set.', examples: [2_000_000] }),
    ),
    is_cut: Type.Boolean({
      description: `Whether a value is longer than is shown: ${maxShownItems} items, ${maxShownText} characters.`,
    }),
  },
  { $id: 'StepDifference' },
)
export type StepDifference = Static<typeof StepDifference>

const End = Type.Object({ snapshot_id: Id, snapshot_order: order })
const Placed = Type.Object({ ...named, step_order: order })

const ChangedStep = Type.Object({
  ...named,
  step_order: order,
  changes: Type.Array(ref(StepDifference)),
  change_count: Type.Integer({ minimum: 1, description: 'Also of those that are not shown.' }),
})

const MovedStep = Type.Object({
  ...named,
  from: Type.Integer({ minimum: 0, description: 'Its order before.' }),
  to: Type.Integer({ minimum: 0, description: 'Its order after.' }),
})

const table = Type.Union([ref(SnapshotTable), Type.Null()])

export const SnapshotComparison = Type.Object(
  {
    before: End,
    after: End,
    common_ancestor: Type.Object(End.properties, {
      description: 'The last snapshot that both have come from; it may be one of them.',
    }),
    input: Type.Object({
      is_changed: Type.Boolean(),
      changes: Type.Array(oneOf('file', 'sheet', 'columns'), {
        description: 'What of it is another: the file, its sheet, or the roles of its columns.',
      }),
      before: table,
      after: table,
    }),
    steps_added: Type.Array(Placed, { description: 'By their order after.' }),
    steps_removed: Type.Array(Placed, { description: 'By their order before.' }),
    steps_changed: Type.Array(ChangedStep),
    steps_moved: Type.Array(MovedStep, {
      description:
        'The fewest steps whose moving explains the order of those that both have; nothing where steps only make room for others.',
    }),
    is_complete: Type.Boolean({
      description: `False where more than ${maxDifferences} fields differ: the first are shown.`,
    }),
  },
  { $id: 'SnapshotComparison' },
)
export type SnapshotComparison = Static<typeof SnapshotComparison>
export type ChangedStep = Static<typeof ChangedStep>
export type MovedStep = Static<typeof MovedStep>
export type PlacedStep = Static<typeof Placed>
export type InputChange = 'file' | 'sheet' | 'columns'

export const snapshotDifferenceSchemas = [StepDifference, SnapshotComparison] as const
