import { type Static, Type } from '@sinclair/typebox'
import { Id, oneOf } from '../common.ts'

export const projectRoles = ['project_manager', 'project_moderator', 'member', 'viewer'] as const
export const ProjectRole = oneOf(...projectRoles)
export type ProjectRole = Static<typeof ProjectRole>

export const ProjectParams = Type.Object({
  project_id: Type.String({ ...Id, description: 'The id of the project.' }),
})
