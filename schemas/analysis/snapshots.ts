import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { SessionParams, StepType } from './common.ts'
import { SheetRole } from './files.ts'

/** Snapshots of one session: the tree of a year of daily work. */
export const maxSnapshots = 10_000

/** Why a snapshot was made. */
export const SnapshotReason = oneOf(
  'created',
  'duplicated',
  'input',
  'config',
  'chat',
  'step_added',
  'step_changed',
  'step_deleted',
  'steps_moved',
)
export type SnapshotReason = Static<typeof SnapshotReason>

export const ChatRole = oneOf('user', 'assistant')
export type ChatRole = Static<typeof ChatRole>

const number = { minimum: 0, examples: [3] }
const order = Type.Integer({ ...number, description: 'Counted from 0 within the session.' })

const node = {
  snapshot_id: Id,
  snapshot_order: order,
  parent_id: nullable(
    Type.String({ ...Id, description: 'What it was made from; null for the first.' }),
  ),
  reason: { ...SnapshotReason, description: 'Why it was made.', examples: ['step_added'] },
  created_by: nullable(Id),
  created_at: Timestamp,
}

export const SnapshotNode = Type.Object(node, { $id: 'SnapshotNode' })
export type SnapshotNode = Static<typeof SnapshotNode>

const listed = {
  ...node,
  created_by_name: nullable(Type.String({ examples: ['山田 太郎'] })),
  is_current: Type.Boolean({ description: 'Whether the session is at it.' }),
  step_count: Type.Integer(number),
  message: nullable(
    Type.String({
      description: 'How the first thing begins that was said on the way to it (200 characters).',
      examples: ['売上が100万円以上のデータを抽出してください'],
    }),
  ),
}

export const AnalysisSnapshot = Type.Object(listed, { $id: 'AnalysisSnapshot' })
export type AnalysisSnapshot = Static<typeof AnalysisSnapshot>

export const AnalysisSnapshotPage = pageOf('snapshots', ref(AnalysisSnapshot), {
  $id: 'AnalysisSnapshotPage',
})

export const SnapshotTable = Type.Object(
  {
    file_id: Id,
    file_name: nullable(Type.String({ examples: ['売上.xlsx'] })),
    sheet_id: Id,
    sheet_name: Type.String({ examples: ['Sheet1'] }),
    layout: oneOf('block', 'flat'),
    columns: Type.Array(
      Type.Object({
        name: Type.String({ examples: ['年度'] }),
        role: { ...SheetRole, examples: ['軸'] },
        is_number: Type.Boolean(),
      }),
    ),
  },
  { $id: 'SnapshotTable', description: 'The table that the steps of a snapshot start from.' },
)
export type SnapshotTable = Static<typeof SnapshotTable>

export const SnapshotStep = Type.Object(
  {
    step_id: Type.String({ ...Id, description: 'The same in all snapshots of the session.' }),
    step_order: order,
    name: Type.String({ examples: ['売上100万円以上'] }),
    type: StepType,
    input: Type.String({
      description: '`original`, or `step_N` by the order of an earlier step.',
      examples: ['original'],
    }),
    input_step_id: nullable(Type.String({ ...Id, description: 'That step; null for the table.' })),
    config: Type.Record(Type.String(), Type.Unknown(), {
      description: 'As it was set. What it gives is with the step.',
      examples: [{ numeric_filter: { filter_type: 'range', min_value: 1_000_000 } }],
    }),
  },
  { $id: 'SnapshotStep' },
)
export type SnapshotStep = Static<typeof SnapshotStep>

export const SnapshotMessage = Type.Object(
  {
    snapshot_id: Type.String({ ...Id, description: 'The snapshot that came of it.' }),
    role: { ...ChatRole, examples: ['user'] },
    message: Type.String({ examples: ['売上が100万円以上のデータを抽出してください'] }),
    created_by: nullable(Id),
    created_by_name: nullable(Type.String({ examples: ['山田 太郎'] })),
    created_at: Timestamp,
  },
  { $id: 'SnapshotMessage' },
)
export type SnapshotMessage = Static<typeof SnapshotMessage>

export const AnalysisSnapshotDetail = Type.Object(
  {
    ...listed,
    session_id: Id,
    input: Type.Union([ref(SnapshotTable), Type.Null()]),
    step: Type.Array(ref(SnapshotStep)),
    chat: Type.Array(ref(SnapshotMessage), { description: 'What was said on the way to it.' }),
  },
  { $id: 'AnalysisSnapshotDetail' },
)
export type AnalysisSnapshotDetail = Static<typeof AnalysisSnapshotDetail>

export const RestoredSnapshot = Type.Object(
  {
    session_id: Id,
    snapshot_id: Id,
    snapshot_order: order,
    current_snapshot: order,
    current_snapshot_id: Id,
    version: Type.Integer({ minimum: 1, examples: [7], description: 'Of the session.' }),
    updated_at: Timestamp,
  },
  { $id: 'RestoredSnapshot' },
)
export type RestoredSnapshot = Static<typeof RestoredSnapshot>

export const SnapshotQuery = pageQuery()

const id = (description: string) => Type.String({ ...Id, description })

export const SnapshotParams = Type.Object({
  ...SessionParams.properties,
  snapshot_id: id('The id of the snapshot.'),
})

export const SnapshotPairParams = Type.Object({
  ...SessionParams.properties,
  snapshot_id: id('The snapshot to compare from.'),
  other_id: id('The snapshot to compare to.'),
})

export const analysisSnapshotSchemas = [
  SnapshotNode,
  AnalysisSnapshot,
  AnalysisSnapshotPage,
  SnapshotTable,
  SnapshotStep,
  SnapshotMessage,
  AnalysisSnapshotDetail,
  RestoredSnapshot,
] as const
