import { describe, expect, test } from 'vitest'
import { changeStatuses, changeTypes } from '../../../schemas/itsm/common.ts'
import { requireAcyclic } from '../../../src/itsm/changes/task-rows.ts'
import { legalStatuses, requireTransition } from '../../../src/itsm/changes/transitions.ts'

describe('the moves of a change', () => {
  test.each(changeTypes)(
    'of type %s: all but these are refused, with those that are legal',
    (type) => {
      for (const status of changeStatuses) {
        const legal = legalStatuses({ type, status })
        for (const to of changeStatuses) {
          const attempt = () => requireTransition({ type, status }, to)
          if (legal.includes(to)) expect(attempt()).toBeUndefined()
          else {
            const refused = { failure: 'illegal_transition', statusCode: 409, extra: { legal } }
            expect(attempt, `${status} to ${to}`).toThrow(expect.objectContaining(refused))
          }
        }
      }
    },
  )

  test('start before they are approved for emergencies alone', () => {
    for (const status of ['submitted', 'under_review', 'approved'] as const) {
      const may = changeTypes.filter((type) =>
        legalStatuses({ type, status }).includes('in_progress'),
      )
      expect(may, status).toEqual(['emergency'])
    }
  })

  test('end in review or cancellation', () => {
    for (const type of changeTypes) {
      const ends = changeStatuses.filter((status) => legalStatuses({ type, status }).length === 0)
      expect(ends).toEqual(['reviewed', 'cancelled'])
    }
  })

  test('are refused from elsewhere where a route leads from one status alone', () => {
    const change = { type: 'normal', status: 'submitted' } as const
    expect(() => requireTransition(change, 'approved', 'scheduled')).toThrow(
      expect.objectContaining({ failure: 'illegal_transition' }),
    )
  })
})

describe('what tasks wait for', () => {
  const tasks = [
    { id: 'a', depends_on: [] },
    { id: 'b', depends_on: ['a'] },
    { id: 'c', depends_on: ['b'] },
    { id: 'd', depends_on: ['a', 'b', 'c'] },
  ]

  test.each([
    ['itself', 'a', ['a']],
    ['a task of elsewhere', 'a', ['x']],
    ['one that waits for it', 'a', ['b']],
    ['one that waits for it in turn', 'a', ['c']],
    ['one of many that does', 'b', ['a', 'd']],
  ])('is never %s', (_, id, dependsOn) => {
    expect(() => requireAcyclic(tasks, id, dependsOn)).toThrow(
      expect.objectContaining({ failure: 'invalid_request' }),
    )
  })

  test('may be several that share one', () => {
    expect(requireAcyclic(tasks, 'd', ['c', 'b'])).toBeUndefined()
    expect(requireAcyclic(tasks, 'new', ['d', 'a'])).toBeUndefined()
  })
})
