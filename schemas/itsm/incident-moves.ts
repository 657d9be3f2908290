import { type Static, Type } from '@sinclair/typebox'
import { PendingUntil, Reason, Resolution, ResolutionCode } from './incidents.ts'

const closed = { additionalProperties: false }

export const IncidentResolution = Type.Object(
  {
    resolution: Resolution,
    resolution_code: Type.Optional(ResolutionCode),
    resolve_children: Type.Optional(
      Type.Boolean({ default: false, description: 'Those below it that are open, too.' }),
    ),
  },
  { $id: 'IncidentResolution', ...closed },
)
export type IncidentResolution = Static<typeof IncidentResolution>

export const IncidentReason = Type.Object({ reason: Reason }, { $id: 'IncidentReason', ...closed })
export type IncidentReason = Static<typeof IncidentReason>

export const IncidentClosing = Type.Object(
  {
    force: Type.Optional(
      Type.Boolean({ default: false, description: 'Although children are open.' }),
    ),
  },
  { $id: 'IncidentClosing', ...closed },
)
export type IncidentClosing = Static<typeof IncidentClosing>

export const IncidentPending = Type.Object(
  { reason: Reason, until: Type.Optional(PendingUntil) },
  { $id: 'IncidentPending', ...closed },
)
export type IncidentPending = Static<typeof IncidentPending>
