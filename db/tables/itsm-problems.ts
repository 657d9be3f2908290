import type { Priority, ProblemStatus } from '../../schemas/itsm/common.ts'
import type {
  BusinessImpact,
  ProblemCategory,
  RcaPhase,
  RootCauseStatus,
} from '../../schemas/itsm/problems.ts'
import type { RcaMethod } from '../../schemas/itsm/rca.ts'

export type ItsmProblemTables = {
  problems: {
    id: string
    /** What `problem_number` shows as PRB and eight digits. */
    number: number
    title: string
    description: string | null
    /** Title, description, root cause and workaround in lower case, as they are searched. */
    search_text: string
    status: ProblemStatus
    /** Why it came to this status; null where nobody said. */
    status_reason: string | null
    priority: Priority
    /** 1 low … 4 critical: what lists sort by. */
    priority_rank: number
    category: ProblemCategory
    business_impact: BusinessImpact
    impact_analysis: string | null
    root_cause: string | null
    root_cause_status: RootCauseStatus
    /** Why none was found. */
    root_cause_reason: string | null
    root_cause_at: string | null
    workaround: string | null
    known_error: 0 | 1
    permanent_solution: string | null
    /** JSON: `string[]`. */
    affected_services: string
    assignee_id: string | null
    team_id: string | null
    rca_phase: RcaPhase
    resolved_at: string | null
    closed_at: string | null
    /** When it was closed for the first time: what comes later is recurrence. */
    first_closed_at: string | null
    reopen_count: number
    created_by: string | null
    version: number
    created_at: string
    updated_at: string
  }
  problem_cis: { problem_id: string; ci_id: string }
  problem_changes: {
    problem_id: string
    change_id: string
    created_by: string | null
    created_at: string
  }
  /** Every version of a document; the greatest is what counts. */
  problem_rca: {
    problem_id: string
    method: RcaMethod
    version: number
    /** JSON. */
    document: string
    saved_by: string | null
    saved_at: string
  }
  problem_findings: {
    id: string
    problem_id: string
    finding_type: string
    description: string
    evidence: string | null
    impact: string | null
    recommendation: string | null
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
  /** Which text each incident has been told, so that none is told it twice. */
  problem_messages: {
    problem_id: string
    incident_id: string
    /** SHA-256 of the text, in base64url. */
    hash: string
    created_at: string
  }
  known_errors: {
    id: string
    problem_id: string | null
    title: string
    symptoms: string
    root_cause: string | null
    workaround: string | null
    solution: string | null
    category: ProblemCategory
    /** JSON: `string[]`. */
    tags: string
    /** JSON: `string[]`. */
    keywords: string
    /** Title, symptoms and workaround in lower case, as lists search them. */
    search_text: string
    /** The weights of all its grams together. */
    length: number
    is_published: 0 | 1
    usage_count: number
    last_used_at: string | null
    created_by: string | null
    version: number
    created_at: string
    updated_at: string
  }
  known_error_cis: { ci_id: string; known_error_id: string }
  /** Each gram of a known error, with how often it stands there by the weight of the field. */
  known_error_grams: { gram: string; known_error_id: string; weight: number }
  known_error_uses: {
    known_error_id: string
    incident_id: string
    used_by: string | null
    used_at: string
    /** The note that its workaround was written as. */
    note_id: string | null
  }
}
