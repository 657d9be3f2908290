import { Type } from '@sinclair/typebox'
import { Id, line, oneOf } from '../common.ts'

/** From the least to the most. */
export const priorities = ['low', 'medium', 'high', 'critical'] as const
export const impacts = ['low', 'medium', 'high', 'extensive'] as const
export const urgencies = ['low', 'medium', 'high', 'critical'] as const

export const incidentStatuses = [
  'new',
  'assigned',
  'in_progress',
  'pending',
  'resolved',
  'closed',
  'cancelled',
] as const

export const problemStatuses = [
  'draft',
  'under_investigation',
  'root_cause_analysis',
  'solution_development',
  'solution_testing',
  'resolved',
  'closed',
  'cancelled',
] as const

export const changeStatuses = [
  'draft',
  'submitted',
  'under_review',
  'approved',
  'rejected',
  'scheduled',
  'in_progress',
  'completed',
  'failed',
  'backed_out',
  'reviewed',
  'cancelled',
] as const

export const changeTypes = ['standard', 'normal', 'emergency'] as const
export const riskLevels = ['low', 'medium', 'high', 'very_high'] as const
export const changeOutcomes = ['successful', 'with_issues', 'failed', 'backed_out'] as const

export type Priority = (typeof priorities)[number]
export type Impact = (typeof impacts)[number]
export type Urgency = (typeof urgencies)[number]
export type IncidentStatus = (typeof incidentStatuses)[number]
export type ProblemStatus = (typeof problemStatuses)[number]
export type ChangeStatus = (typeof changeStatuses)[number]
export type ChangeType = (typeof changeTypes)[number]
export type RiskLevel = (typeof riskLevels)[number]
export type ChangeOutcome = (typeof changeOutcomes)[number]

export const Priority = oneOf(...priorities)
export const Impact = oneOf(...impacts)
export const Urgency = oneOf(...urgencies)
export const IncidentStatus = oneOf(...incidentStatuses)
export const ProblemStatus = oneOf(...problemStatuses)
export const ChangeStatus = oneOf(...changeStatuses)
export const ChangeType = oneOf(...changeTypes)
export const RiskLevel = oneOf(...riskLevels)
export const ChangeOutcome = oneOf(...changeOutcomes)

export const Title = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: line,
  examples: ['庁内メールが送信できない'],
})

/** Something with a name, as another object shows it. */
export const Named = Type.Object(
  { id: Id, name: Type.String({ examples: ['ヘルプデスク'] }) },
  { $id: 'Named' },
)

/** Whatever the service desk tells people and other services of. */
export const itsmEvents = [
  'incident.created',
  'incident.assigned',
  'incident.updated',
  'incident.resolved',
  'incident.reopened',
  'incident.closed',
  'incident.cancelled',
  'incident.mentioned',
  'incident.noted',
  'incident.sla_alert',
  'incident.sla_breached',
  'problem.created',
  'problem.updated',
  'problem.resolved',
  'change.submitted',
  'change.vote_requested',
  'change.approved',
  'change.rejected',
  'change.scheduled',
  'change.started',
  'change.completed',
  'change.cancelled',
  'change.review_due',
] as const
export type ItsmEvent = (typeof itsmEvents)[number]
