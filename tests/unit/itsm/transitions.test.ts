import { describe, expect, test } from 'vitest'
import { type IncidentStatus, incidentStatuses } from '../../../schemas/itsm/common.ts'
import {
  isFrozen,
  isOpen,
  requirePlainTransition,
  requireTransition,
  routeTo,
  transitions,
} from '../../../src/itsm/incidents/transitions.ts'

/** A row for each state, a column for each that may follow, in the order of `incidentStatuses`. */
const legal = {
  //            new asg inp pen res clo can
  new: /*      */ '  .   x   x   x   x   .   x ',
  assigned: /* */ '  x   .   x   x   x   .   x ',
  in_progress: /**/ '  .   x   .   x   x   .   x ',
  pending: /*  */ '  .   x   x   .   x   .   x ',
  resolved: /* */ '  .   .   x   .   .   x   . ',
  closed: /*   */ '  .   .   x   .   .   .   . ',
  cancelled: /**/ '  .   .   .   .   .   .   . ',
} as const satisfies Record<IncidentStatus, string>

const pairs = incidentStatuses.flatMap((from) =>
  incidentStatuses.map((to, n) => [from, to, legal[from].trim().split(/\s+/)[n] === 'x'] as const),
)

function failureOf(work: () => void) {
  try {
    work()
    return undefined
  } catch (error) {
    const { failure, extra } = Object(error)
    return { failure, legal: extra.legal }
  }
}

describe('the moves of an incident', () => {
  test.for(pairs)('from %s to %s', ([from, to, isLegal]) => {
    const refusal = { failure: 'illegal_transition', legal: [...transitions[from]] }
    expect(failureOf(() => requireTransition(from, to))).toEqual(isLegal ? undefined : refusal)
  })

  test.for(pairs.filter(([, , isLegal]) => isLegal))(
    'by setting the field, from %s to %s',
    ([from, to]) => {
      const needsRoute = to === 'closed' || to === 'cancelled' || !isOpen(from)
      const refusal = { failure: 'incident_route_required', legal: [...transitions[from]] }
      expect(failureOf(() => requirePlainTransition('x', from, to))).toEqual(
        needsRoute ? refusal : undefined,
      )
    },
  )

  test('that need a route are told which', () => {
    expect(routeTo('resolved', 'closed')).toBe('close')
    expect(routeTo('new', 'cancelled')).toBe('cancel')
    expect(routeTo('resolved', 'in_progress')).toBe('reopen')
    expect(routeTo('closed', 'in_progress')).toBe('reopen')
    expect(routeTo('pending', 'in_progress')).toBeUndefined()
  })

  test('end in two states, and four are open', () => {
    expect(incidentStatuses.filter(isFrozen)).toEqual(['closed', 'cancelled'])
    expect(incidentStatuses.filter(isOpen)).toEqual(['new', 'assigned', 'in_progress', 'pending'])
  })
})
