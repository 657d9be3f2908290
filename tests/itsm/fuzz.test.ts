import { requestsOf } from '../support/itsm-fuzz.ts'
import { deskOperations, furnish, insertImport, renew } from '../support/itsm-whole.ts'
import { describe, expect, test } from '../support/service.ts'

/** Where little can be said, little is tried. */
const tries = { many: 20, few: 5 }

describe('every operation of the service desk', () => {
  test('answers whatever is sent, and as the document says', async ({ app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const desk = await furnish(admin, await signIn())
    desk.user = admin.id
    desk.import = await insertImport(admin)
    const operations = deskOperations(app)
    // What is there is deleted last, so that all else meets something.
    operations.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    const met = new Set<string>()
    for (const operation of operations) {
      if (operation.method !== 'GET') Object.assign(desk, await renew(admin, operation.path))
      const says = operation.body !== null || operation.parameters.length > 4
      const requests = requestsOf(app, operation, desk, says ? tries.many : tries.few)
      for (const { headers, ...rest } of requests) {
        const { authorization } = admin
        const response = await app.inject({ ...rest, headers: { authorization, ...headers } })
        const sent = String(rest.payload ?? '').slice(0, 300)
        const where = `${rest.method} ${rest.url} ${sent}: ${response.body.slice(0, 300)}`
        expect(response.statusCode, where).toBeLessThan(500)
        if (response.statusCode < 300) met.add(`${operation.method} ${operation.path}`)
      }
    }
    // Were most refused for their form, what lies behind would not have been met.
    expect(met.size).toBeGreaterThan(operations.length * 0.75)
  })
})
