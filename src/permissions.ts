import type { Role } from '../schemas/accounts/users.ts'

/** What everybody with an account may do. */
const own = ['account.read', 'account.write'] as const

/** What only a person may do who has signed in, and no API token: it could lengthen its own life. */
const personal = ['account.secure'] as const

/** What everybody who has an account works with. */
const working = [
  'item.read',
  'item.write',
  'upload.read',
  'upload.write',
  'room.join',
  'submission.read',
  'submission.write',
  'incident.read',
  'incident.report',
  'known-error.read',
  'project.read',
  'project.write',
  'tree.read',
  'tree.write',
  'analysis.read',
  'analysis.write',
] as const

/** What somebody sees who works at the service desk, or looks over its shoulder. */
const overseeing = [
  'incident.oversee',
  'problem.read',
  'change.read',
  'ci.read',
  'team.read',
  'sla.read',
  'itsm-metrics.read',
] as const

/** What the service desk works with. */
const serving = ['incident.work', 'problem.write', 'change.write', 'ci.write'] as const

/** What those do who run the service desk. */
const directing = [
  'incident.override',
  'sla.manage',
  'change.manage',
  'team.manage',
  'webhook.manage',
] as const

const reading = ['user.read', 'audit.read', 'job.read', 'slo.read'] as const

const administering = [
  'user.manage',
  'job.manage',
  'statistics.manage',
  'item.manage',
  'upload.manage',
  'submission.manage',
  'drive.manage',
  'incident.manage',
  'project.manage',
  'template.manage',
] as const

const all = [
  ...own,
  ...personal,
  ...working,
  ...overseeing,
  ...serving,
  'change.vote',
  ...directing,
  ...reading,
  ...administering,
] as const

export type Permission = (typeof all)[number]

/** What each role may do; there is no other place where a role means something. */
export const permissions: Record<Role, ReadonlySet<Permission>> = {
  SystemAdmin: new Set(all),
  User: new Set([...own, ...personal, ...working]),
  ServiceDeskAgent: new Set([
    ...own,
    ...personal,
    ...working,
    ...overseeing,
    ...serving,
    'change.vote',
  ]),
  ChangeManager: new Set([
    ...own,
    ...personal,
    ...working,
    ...overseeing,
    ...serving,
    'change.vote',
    ...directing,
  ]),
  CabMember: new Set([...own, ...personal, ...working, ...overseeing, 'change.vote']),
  Auditor: new Set([
    ...own,
    ...personal,
    'item.read',
    'upload.read',
    'room.join',
    'submission.read',
    'incident.read',
    'known-error.read',
    'project.read',
    'tree.read',
    'analysis.read',
    ...overseeing,
    ...reading,
  ]),
}

type Holder = { roles: Role[]; scopes?: readonly string[] | null }

/** Whether a role grants it and, for somebody who came with an API token, a scope too. */
export function can({ roles, scopes }: Holder, permission: Permission): boolean {
  if (scopes && !scopes.includes(permission)) return false
  return roles.some((role) => permissions[role]?.has(permission))
}

/** The permissions that somebody may hand on to an API token. */
export function grantable(holder: Holder): Permission[] {
  const kept: readonly Permission[] = personal
  return all.filter((permission) => can(holder, permission) && !kept.includes(permission))
}
