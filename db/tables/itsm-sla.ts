export type SlaTables = {
  sla_calendars: {
    id: string
    name: string
    /** As it is compared: unique. */
    name_key: string
    version: number
    created_at: string
    updated_at: string
  }
  /** What a calendar said from `valid_from` until its next version. */
  sla_calendar_versions: {
    calendar_id: string
    version: number
    valid_from: string
    /** JSON: `CalendarDefinition`. */
    definition: string
  }
  sla_policies: {
    id: string
    name: string
    name_key: string
    position: number
    /** Of one and only one. */
    is_default: 0 | 1
    active: 0 | 1
    calendar_id: string
    version: number
    created_at: string
    updated_at: string
  }
  sla_policy_versions: {
    policy_id: string
    version: number
    valid_from: string
    calendar_id: string
    /** JSON: `PolicyDefinition`. */
    definition: string
  }
  /** What was told of, so that it is told once. */
  sla_notices: {
    incident_id: string
    target: 'response' | 'resolution'
    level: 'percent' | 'minutes' | 'breach'
    due_at: string
    noticed_at: string
    late: 0 | 1
  }
}
