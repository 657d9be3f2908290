import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery } from '../pages.ts'

const Actor = Type.Object({ id: Id, display_name: Type.String({ examples: ['山田 太郎'] }) })

export const ProjectEvent = Type.Object(
  {
    id: Id,
    actor: Type.Union([Actor, Type.Null()], {
      description: 'Who did it; null for the service itself.',
    }),
    action: Type.String({ examples: ['member.added'] }),
    subject_id: nullable(
      Type.String({ description: 'What it was done to: the project or something in it.' }),
    ),
    changes: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Field by field, `{from, to}`; for something new, what it began with.',
      examples: [{ role: { from: 'viewer', to: 'member' } }],
    }),
    created_at: Timestamp,
  },
  { $id: 'ProjectEvent' },
)
export type ProjectEvent = Static<typeof ProjectEvent>

export const ProjectActivity = cursorPageOf('events', ref(ProjectEvent), {
  $id: 'ProjectActivity',
})

export const ProjectActivityQuery = cursorQuery()

export const projectActivitySchemas = [ProjectEvent, ProjectActivity] as const
