import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { SnapshotMessage, SnapshotNode, SnapshotStep, SnapshotTable } from './snapshots.ts'

/** What is shown of a session that has more. */
export const shownSnapshots = 1000
export const shownMessages = 100
export const shownFiles = 1000

export const maxSessionName = 255

const name = Type.String({
  minLength: 1,
  maxLength: maxSessionName,
  pattern: line,
  examples: ['店舗別の売上'],
})
const count = (description: string) => Type.Integer({ minimum: 0, description, examples: [3] })
const known = (text: string) => nullable(Type.String({ examples: [text] }))

const session = {
  session_id: Id,
  name,
  current_snapshot: count('The order of the snapshot that the session is at.'),
  current_snapshot_id: Id,
  project_id: Id,
  validation_id: Type.String({ ...Id, description: 'The theme (施策).' }),
  validation_name: Type.String({ examples: ['売上の拡大'] }),
  issue_id: Type.String({ ...Id, description: 'The question (課題).' }),
  issue_name: Type.String({ examples: ['どの商品が伸びているか'] }),
  creator_id: nullable(Id),
  creator_name: known('山田 太郎'),
  input_file_id: nullable(
    Type.String({ ...Id, description: 'The file that the steps start from; null for none.' }),
  ),
  input_file_name: known('売上.xlsx'),
  step_count: count('The steps of the current snapshot.'),
  is_active: Type.Boolean({
    description: 'False for one that is put away: it is read and does not change.',
    examples: [true],
  }),
  version: Type.Integer({
    minimum: 1,
    description: 'Counts every change of the session, its files, steps and snapshots; the `ETag`.',
    examples: [1],
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const AnalysisSession = Type.Object(session, { $id: 'AnalysisSession' })
export type AnalysisSession = Static<typeof AnalysisSession>

export const AnalysisSessionPage = pageOf('sessions', ref(AnalysisSession), {
  $id: 'AnalysisSessionPage',
})

export const AnalysisSessionQuery = Type.Object({
  project_id: Type.String({ ...Id, description: 'The project.' }),
  is_active: Type.Optional(Type.Boolean({ description: 'Only those in use, or put away.' })),
  issue_id: Type.Optional(Type.String({ ...Id, description: 'Only those of one question.' })),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'A part of the name, or of that of the question or theme.',
    }),
  ),
  ...pageQuery().properties,
})
export type AnalysisSessionQuery = Static<typeof AnalysisSessionQuery>

export const NewAnalysisSession = Type.Object(
  {
    project_id: Id,
    validation_id: Type.String({ ...Id, description: 'The theme (施策) of the question.' }),
    issue_id: Type.String({ ...Id, description: 'A question (課題) of the templates.' }),
    name: Type.Optional(Type.String({ ...name, description: 'That of the question if left out.' })),
  },
  { $id: 'NewAnalysisSession', additionalProperties: false },
)
export type NewAnalysisSession = Static<typeof NewAnalysisSession>

export const AnalysisSessionChange = Type.Partial(
  Type.Object({ name, is_active: session.is_active }),
  { $id: 'AnalysisSessionChange', additionalProperties: false, minProperties: 1 },
)
export type AnalysisSessionChange = Static<typeof AnalysisSessionChange>

export const AnalysisSessionCopy = Type.Object(
  { name: Type.Optional(Type.String({ ...name, description: 'Numbered if left out.' })) },
  { $id: 'AnalysisSessionCopy', additionalProperties: false },
)
export type AnalysisSessionCopy = Static<typeof AnalysisSessionCopy>

export const SessionFile = Type.Object(
  {
    id: Id,
    project_file_id: Id,
    project_file_name: Type.String({ examples: ['売上.xlsx'] }),
    sheet_name: known('Sheet1'),
    is_input: Type.Boolean({ description: 'Whether the current snapshot starts from it.' }),
    created_at: Timestamp,
  },
  { $id: 'SessionFile' },
)
export type SessionFile = Static<typeof SessionFile>

export const AnalysisSessionDetail = Type.Object(
  {
    ...session,
    file_list: Type.Array(ref(SessionFile), {
      description: `The newest ${shownFiles}; \`GET …/file\` has what is in them.`,
    }),
    input: Type.Union([ref(SnapshotTable), Type.Null()]),
    step: Type.Array(ref(SnapshotStep), {
      description: 'Of the current snapshot. What a step gives is with the step.',
    }),
    snapshot_list: Type.Array(ref(SnapshotNode), {
      description: `The newest ${shownSnapshots}, in their order.`,
    }),
    snapshot_total: count('How many there are.'),
    chat: Type.Array(ref(SnapshotMessage), {
      description: `The last ${shownMessages} messages on the way to the current snapshot.`,
    }),
    chat_total: count('How many messages there are on that way.'),
  },
  { $id: 'AnalysisSessionDetail' },
)
export type AnalysisSessionDetail = Static<typeof AnalysisSessionDetail>

export const analysisSessionSchemas = [
  AnalysisSession,
  AnalysisSessionPage,
  NewAnalysisSession,
  AnalysisSessionChange,
  AnalysisSessionCopy,
  SessionFile,
  AnalysisSessionDetail,
] as const
