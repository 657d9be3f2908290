import type { ChangeTaskStatus } from '../../schemas/itsm/change-tasks.ts'
import type { Impact, Urgency } from '../../schemas/itsm/common.ts'

/** What hangs on changes; they themselves are in itsm.ts. */
export type ChangeTables = {
  /** How a standard change is done, and for that approved beforehand. */
  change_templates: {
    id: string
    name: string
    /** As it is compared: unique. */
    name_key: string
    description: string
    justification: string
    implementation_plan: string
    rollback_plan: string
    test_plan: string
    impact: Impact
    likelihood: Urgency
    category: string | null
    /** Whether changes may still be made from it and approved by it. */
    active: 0 | 1
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
  change_tasks: {
    id: string
    change_id: string
    name: string
    assignee_id: string | null
    status: ChangeTaskStatus
    planned_start: string | null
    planned_end: string | null
    actual_start: string | null
    actual_end: string | null
    /** From 0 on without a gap. */
    position: number
    version: number
    created_at: string
    updated_at: string
  }
  change_task_dependencies: { task_id: string; depends_on_id: string }
  /** The last day, in Japan, on which somebody was told that a review is overdue. */
  change_review_reminders: { change_id: string; day: string }
}
