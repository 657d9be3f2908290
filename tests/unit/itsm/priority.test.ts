import { describe, expect, test } from 'vitest'
import { impacts, urgencies } from '../../../schemas/itsm/common.ts'
import { priorityOf, rankOf } from '../../../src/itsm/incidents/priority.ts'

const table = {
  low: ['low', 'low', 'medium', 'medium'],
  medium: ['low', 'medium', 'medium', 'high'],
  high: ['medium', 'medium', 'high', 'critical'],
  extensive: ['medium', 'high', 'critical', 'critical'],
} as const

describe('the priority that follows from impact and urgency', () => {
  test.for(
    impacts.flatMap((impact) => urgencies.map((urgency, n) => [impact, urgency, n] as const)),
  )('of %s and %s is that of the table', ([impact, urgency, n]) => {
    expect(priorityOf(impact, urgency)).toBe(table[impact][n])
  })

  test('is ranked from 1 to 4', () => {
    expect((['low', 'medium', 'high', 'critical'] as const).map(rankOf)).toEqual([1, 2, 3, 4])
  })
})
