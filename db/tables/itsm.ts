import type {
  ChangeOutcome,
  ChangeStatus,
  ChangeType,
  Impact,
  IncidentStatus,
  Priority,
  RiskLevel,
  Urgency,
} from '../../schemas/itsm/common.ts'

export type SlaPhase = 'none' | 'running' | 'paused' | 'met' | 'breached' | 'cancelled'

/** What several parts of the service desk share. */
export type ItsmTables = {
  /** The last number given of each kind; held by whoever takes one, so that none is left out. */
  itsm_numbers: { kind: 'incident' | 'problem' | 'change'; last: number }
  teams: {
    id: string
    name: string
    /** As it is compared: unique. */
    name_key: string
    description: string | null
    lead_id: string | null
    manager_id: string | null
    version: number
    created_at: string
    updated_at: string
  }
  team_members: { team_id: string; user_id: string }
  cis: {
    id: string
    name: string
    name_key: string
    kind: string
    description: string | null
    owner_team_id: string | null
    version: number
    created_at: string
    updated_at: string
  }
  ci_dependencies: { ci_id: string; depends_on_id: string }
  incidents: {
    id: string
    /** What `incident_number` shows as INC and eight digits. */
    number: number
    /** The number in the system that it was imported from. */
    external_number: string | null
    title: string
    description: string | null
    status: IncidentStatus
    priority: Priority
    /** 1 low … 4 critical: what lists filter and sort by. */
    priority_rank: number
    impact: Impact
    urgency: Urgency
    /** Why the priority is not the one that follows from impact and urgency; null where it is. */
    priority_reason: string | null
    category: string | null
    reporter_id: string
    assignee_id: string | null
    team_id: string | null
    /** JSON: `string[]`; each again in `incident_tags`. */
    tags: string
    major: 0 | 1
    resolution: string | null
    resolution_code: string | null
    parent_id: string | null
    reopen_count: number
    /** How often it went from one assignee or team to another. */
    reassignment_count: number
    pending_reason: string | null
    /** When it returns from `pending` by itself. */
    pending_until: string | null
    opened_at: string
    resolved_at: string | null
    closed_at: string | null
    /** What follows is computed from events by src/itsm/sla/refresh.ts, with every event. */
    sla_policy_id: string | null
    sla_phase: SlaPhase
    /** First response: a public note, or a move out of `new`, by another than the reporter. */
    responded_at: string | null
    /** Of the targets that are running; null where none is. */
    response_due_at: string | null
    resolution_due_at: string | null
    /** The earlier of the two. */
    next_due_at: string | null
    /** When the first of the running targets gets near its end. */
    next_risk_at: string | null
    /** When there is something to do by itself: a notice, a breach, the end of `pending`. */
    next_check_at: string | null
    /** Null while it is open. */
    response_met: 0 | 1 | null
    resolution_met: 0 | 1 | null
    /** Seconds by the calendar of the policy, pauses left out; null while it is open. */
    response_s: number | null
    resolution_s: number | null
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
  /** What searches of incidents look through, in lower case: see src/itsm/incidents/texts.ts. */
  incident_texts: {
    /** That of the incident; the index of SQLite goes by it. */
    number: number
    incident_id: string
    /** Title, description and public notes. */
    public_text: string
    /** Internal notes. */
    internal_text: string
  }
  incident_tags: { tag: string; incident_id: string }
  incident_cis: { ci_id: string; incident_id: string }
  incident_notes: {
    id: string
    incident_id: string
    note_type: 'work_note' | 'customer_note' | 'resolution_note'
    is_public: 0 | 1
    content: string
    author_id: string | null
    version: number
    created_at: string
    updated_at: string
  }
  /**
   * How an incident hangs together with others: it is a `duplicate_of` or `related` to another incident,
   * belongs to a `problem`, is to be mended by a `change`, or was `caused_by` one.
   */
  incident_links: {
    incident_id: string
    kind: 'duplicate_of' | 'related' | 'problem' | 'change' | 'caused_by'
    target_id: string
    created_by: string | null
    created_at: string
  }
  incident_files: {
    id: string
    incident_id: string
    key: string
    original_name: string
    content_type: string
    size: number
    sha256: string
    /** Whether the reporter sees it. */
    is_public: 0 | 1
    uploaded_by: string | null
    created_at: string
  }
  /** Every field that changed of an incident, a problem or a change, in the transaction of the change. */
  itsm_history: {
    id: string
    subject_id: string
    field: string
    /** JSON. */
    old_value: string | null
    new_value: string | null
    /** Null for the service itself. */
    changed_by: string | null
    changed_at: string
  }
  changes: {
    id: string
    /** What `change_number` shows as CHG and eight digits. */
    number: number
    title: string
    type: ChangeType
    description: string
    justification: string
    status: ChangeStatus
    implementation_plan: string | null
    rollback_plan: string | null
    test_plan: string | null
    impact: Impact
    likelihood: Urgency
    risk_level: RiskLevel
    risk_score: number
    /** JSON: what made the score. */
    risk_reasons: string
    /** Half-open: the end is no longer part of it. */
    scheduled_start: string | null
    scheduled_end: string | null
    actual_start: string | null
    actual_end: string | null
    requester_id: string
    implementer_id: string | null
    team_id: string | null
    category: string | null
    template_id: string | null
    /** The board whose votes decide; null where one approver does. */
    board_id: string | null
    /** Counts up when what was voted on has changed: votes of earlier rounds no longer count. */
    vote_round: number
    decided_at: string | null
    /** Why it may pass a freeze. */
    freeze_reason: string | null
    /** By when an emergency must have been reviewed. */
    review_due_at: string | null
    outcome: ChangeOutcome | null
    lessons: string | null
    reviewed_at: string | null
    cancel_reason: string | null
    version: number
    created_at: string
    updated_at: string
  }
  change_cis: { change_id: string; ci_id: string }
}
