import { createTokens, gatherPeople, gatherStrangers } from '../support/matrix/askers.ts'
import type { Area, Case } from '../support/matrix/cases.ts'
import { areas, cases } from '../support/matrix/index.ts'
import { type Matrix, nameOf, tryOperation } from '../support/matrix/try.ts'
import { operationsOf } from '../support/operations.ts'
import { describe, expect } from '../support/service.ts'
import { test as base } from '../support/statistics.ts'

const test = base.extend<{ matrix: Matrix }>({
  matrix: [
    async ({ service, app, db }, use) => {
      const people = await gatherPeople(app)
      const tokens = {
        own: createTokens(app, people.own),
        agent: createTokens(app, people.agent),
        ChangeManager: createTokens(app, people.ChangeManager),
        SystemAdmin: createTokens(app, people.SystemAdmin),
      }
      const strangers = await gatherStrangers(app, people.own)
      const stood = { places: new Map(), elsewhere: new Map() }
      await use({ service, app, db, people, tokens, strangers, ...stood })
    },
    { scope: 'file' },
  ],
})

describe('every operation', () => {
  test('has a case that says who may, and every case an operation', { timeout: 300_000 }, ({
    app,
  }) => {
    const names = operationsOf(app).map(nameOf)
    const without = names.filter((name) => !cases.has(name))
    expect(without, 'Add these to the table of their area in tests/support/matrix.').toEqual([])
    const listed = areas.flatMap((area: Area) => Object.keys(area.cases))
    expect(listed.toSorted(), 'These are no operations, or twice there.').toEqual(names.toSorted())
  })

  test.for([...new Set([...cases.keys()].map(groupOf))])(
    'of %s answers everybody as its case says',
    { timeout: 300_000 },
    async (group, { app, matrix }) => {
      for (const operation of operationsOf(app)) {
        const name = nameOf(operation)
        if (groupOf(name) !== group) continue
        const { area, of } = cases.get(name) as { area: Area; of: Case }
        await tryOperation(matrix, { operation, area, of })
      }
    },
  )
})

/** The first word of an address. */
function groupOf(name: string): string {
  return name.split('/')[1] || 'the service'
}
