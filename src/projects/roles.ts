import type { ProjectRole } from '../../schemas/projects/common.ts'

/** What can be done in a project, whoever does it. */
const actions = [
  'read',
  'edit',
  'add_many',
  'manage_leaders',
  'manage_members',
  'upload',
  'delete_any_file',
  'work',
  'delete_any_work',
] as const
export type ProjectAction = (typeof actions)[number]

/** What each role of a project may do; there is no other place where such a role means something. */
export const projectPermissions: Record<ProjectRole, ReadonlySet<ProjectAction>> = {
  project_manager: new Set(actions),
  project_moderator: new Set([
    'read',
    'manage_members',
    'upload',
    'delete_any_file',
    'work',
    'delete_any_work',
  ]),
  member: new Set(['read', 'upload', 'work']),
  viewer: new Set(['read']),
}

/** Roles that only somebody who may `manage_leaders` gives and takes. */
export const leaderRoles: readonly ProjectRole[] = ['project_manager', 'project_moderator']
