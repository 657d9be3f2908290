import type { Step } from '../../src/analysis/steps/model.ts'
import { newId, now } from '../../src/values.ts'
import type { Service } from './service.ts'

type Db = Service['deps']['db']

export const analysis = '/api/v1/analysis'
export const sessionsUrl = `${analysis}/session`

/** A session in the database, with its first snapshot and nothing in it. */
export async function insertSession(
  db: Db,
  project_id: string,
  { created_by = null, name = '売上の分析' }: { created_by?: string | null; name?: string } = {},
): Promise<{ session_id: string; snapshot_id: string }> {
  const [session_id, snapshot_id, at] = [newId(), newId(), now()]
  await db
    .insertInto('analysis_sessions')
    .values({
      id: session_id,
      project_id,
      name,
      issue_id: newId(),
      issue_name: '課題',
      validation_id: newId(),
      validation_name: '施策',
      agent_prompt: 'Answer in Japanese.',
      is_active: 1,
      current_snapshot_id: snapshot_id,
      version: 1,
      chat_id: null,
      chat_until: null,
      created_by,
      created_at: at,
      updated_at: at,
    })
    .execute()
  await db
    .insertInto('analysis_snapshots')
    .values({
      id: snapshot_id,
      session_id,
      parent_id: null,
      snapshot_order: 0,
      reason: 'created',
      input: null,
      file_id: null,
      created_by,
      created_at: at,
    })
    .execute()
  return { session_id, snapshot_id }
}

/** A step for a draft. */
export function stepOf<Type extends Step['type']>(
  type: Type,
  config: Extract<Step, { type: Type }>['config'],
  input = 'original',
): Step {
  return { step_id: newId(), name: type, type, input, config } as Step
}
