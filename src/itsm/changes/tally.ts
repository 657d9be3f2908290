import type { ChangeFigures } from '../../../schemas/itsm/change-rates.ts'
import type {
  ChangeOutcome,
  ChangeStatus,
  ChangeType,
  Priority,
} from '../../../schemas/itsm/common.ts'
import { share } from '../metrics/measures.ts'

export type Implemented = {
  type: ChangeType
  status: ChangeStatus
  outcome: ChangeOutcome | null
  /** The priorities of the incidents that it caused. */
  caused: readonly Priority[]
  isUnauthorised: boolean
}

/** What results and the incidents that a change caused weigh, after the team score of ServiceNow. */
const weights = {
  successful: 3,
  with_issues: -2,
  failed: -5,
  backed_out: -5,
  critical: -10,
  high: -5,
  medium: -2,
  low: 0,
}

const implementedCounts = {
  implemented: 0,
  with_result: 0,
  successful: 0,
  with_issues: 0,
  failed: 0,
  backed_out: 0,
  caused_incidents: 0,
  changes_failed: 0,
  emergency: 0,
  unauthorised: 0,
  score: 0,
}

export type ChangeTally = ReturnType<typeof createChangeTally>

export function createChangeTally() {
  const counts = { ...implementedCounts }
  return {
    add(change: Implemented): void {
      const result = resultOf(change)
      const isFailed = result === 'failed' || result === 'backed_out'
      counts.implemented += 1
      if (result) {
        counts.with_result += 1
        counts[result] += 1
        counts.score += weights[result]
      }
      for (const priority of change.caused) counts.score += weights[priority]
      if (change.caused.length > 0) counts.caused_incidents += 1
      if (isFailed || change.caused.length > 0) counts.changes_failed += 1
      if (change.type === 'emergency') counts.emergency += 1
      if (change.isUnauthorised) counts.unauthorised += 1
    },
    figures(): ChangeFigures {
      const { implemented, with_result, successful, changes_failed } = counts
      return {
        ...counts,
        success_rate: share(successful, with_result),
        failure_rate: share(changes_failed, implemented),
        emergency_share: share(counts.emergency, implemented),
        unauthorised_share: share(counts.unauthorised, implemented),
      }
    },
  }
}

/** What the review says, or the state that it ended in. */
function resultOf({ outcome, status }: Implemented): ChangeOutcome | null {
  if (outcome) return outcome
  return status === 'failed' || status === 'backed_out' ? status : null
}
