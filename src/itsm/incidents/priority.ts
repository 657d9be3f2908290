import type { Impact, Priority, Urgency } from '../../../schemas/itsm/common.ts'
import { priorities } from '../../../schemas/itsm/common.ts'

const ranks = { low: 1, medium: 2, high: 3, extensive: 4, critical: 4 } as const satisfies Record<
  Impact | Urgency,
  number
>

/** What follows from impact and urgency: the sum of their ranks, from 2 to 8, in four bands. */
export function priorityOf(impact: Impact, urgency: Urgency): Priority {
  const sum = ranks[impact] + ranks[urgency]
  if (sum >= 7) return 'critical'
  if (sum === 6) return 'high'
  return sum >= 4 ? 'medium' : 'low'
}

/** 1 for low … 4 for critical: what lists filter and sort by. */
export function rankOf(priority: Priority): number {
  return priorities.indexOf(priority) + 1
}
