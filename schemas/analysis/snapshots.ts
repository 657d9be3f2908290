import type { Static } from '@sinclair/typebox'
import { oneOf } from '../common.ts'

/** Why a snapshot was made. */
export const SnapshotReason = oneOf(
  'created',
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

export const analysisSnapshotSchemas = [] as const
