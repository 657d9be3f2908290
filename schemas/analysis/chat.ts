import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery } from '../pages.ts'
import { StepType } from './common.ts'
import { AnalysisResult } from './results.ts'
import { ChatRole } from './snapshots.ts'

export const maxMessage = 4000

export const ChatMessage = Type.Object(
  {
    message: Type.String({
      minLength: 1,
      maxLength: maxMessage,
      pattern: '\\S',
      examples: ['売上が100万円以上のデータを抽出してください'],
    }),
  },
  { $id: 'AnalysisChatMessage', additionalProperties: false },
)
export type ChatMessage = Static<typeof ChatMessage>

export const ToolCall = Type.Object(
  {
    name: Type.String({ examples: ['add_step'] }),
    arguments: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'Empty where they were long, or no JSON.',
    }),
    ok: Type.Boolean({
      description: 'False where the tool refused; the model may have tried again.',
    }),
    summary: Type.String({ examples: ['売上100万円以上: 120 行'] }),
  },
  { $id: 'AnalysisToolCall' },
)
export type ToolCall = Static<typeof ToolCall>

const StepChanged = Type.Object(
  {
    step_id: Id,
    step: nullable(Type.String({ description: '`step_N` as it is now; null for a removed one.' })),
    name: Type.String(),
    type: StepType,
  },
  { $id: 'AnalysisChangedStep' },
)
export type StepChanged = Static<typeof StepChanged>

export const ChatTurn = Type.Object(
  {
    message: Type.String({ description: 'What the model answers.' }),
    snapshot_id: Id,
    snapshot_order: Type.Integer({ minimum: 0 }),
    is_current: Type.Boolean({
      description:
        'False where somebody moved the session meanwhile: the turn is kept as a branch.',
    }),
    steps_added: Type.Array(ref(StepChanged)),
    steps_modified: Type.Array(ref(StepChanged)),
    steps_removed: Type.Array(ref(StepChanged)),
    tool_calls: Type.Array(ref(ToolCall)),
    results: Type.Array(ref(AnalysisResult), {
      description: 'Of all summary steps, in their order.',
    }),
  },
  { $id: 'AnalysisChatTurn' },
)
export type ChatTurn = Static<typeof ChatTurn>

const ChatEntry = Type.Object(
  {
    id: Id,
    snapshot_id: Id,
    role: ChatRole,
    message: Type.String(),
    tool_calls: Type.Array(ref(ToolCall)),
    created_by: nullable(Id),
    created_by_name: nullable(
      Type.String({ description: 'Null for what the service or a model said.' }),
    ),
    created_at: Timestamp,
  },
  { $id: 'AnalysisChatEntry' },
)
export type ChatEntry = Static<typeof ChatEntry>

export const ChatPage = cursorPageOf('messages', ref(ChatEntry), {
  $id: 'AnalysisChatPage',
  description: 'The newest first.',
})
export type ChatPage = Static<typeof ChatPage>

export const ChatQuery = Type.Object({
  ...cursorQuery().properties,
  snapshot_id: Type.Optional(
    Type.String({ ...Id, description: 'Up to this snapshot; by default the current one.' }),
  ),
})

/** The kinds of events of a turn that is streamed. */
export const ChatEventName = oneOf('start', 'progress', 'token', 'done', 'error')

export const analysisChatSchemas = [
  ChatMessage,
  ToolCall,
  StepChanged,
  ChatTurn,
  ChatEntry,
  ChatPage,
] as const
