import { requestsOf } from '../support/fuzz.ts'
import {
  type Desk,
  deskOperations,
  deskTags,
  furnish,
  insertImport,
  pathTo,
  renew,
} from '../support/itsm-whole.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'

/** Where little can be said, little is tried. */
const tries = { many: 20, few: 5 }

const kindOf = (name: string) => (name === 'depends_on' ? 'ci' : 'user')

const test = base.extend<{ whole: { admin: Client; desk: Desk } }>({
  whole: [
    async ({ signIn }, use) => {
      const admin = await signIn('SystemAdmin')
      const desk = await furnish(admin, await signIn())
      await use({ admin, desk: { ...desk, user: admin.id, import: await insertImport(admin) } })
    },
    { scope: 'file' },
  ],
})

describe('every operation of the service desk', () => {
  test.for(deskTags)('answers whatever is sent to %s', async (tag, { app, whole }) => {
    const { admin } = whole
    const desk = { ...whole.desk }
    const operations = deskOperations(app).filter((each) => each.tag === tag)
    // What is there is deleted last, so that all else meets something.
    operations.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    const met = new Set<string>()
    for (const operation of operations) {
      if (operation.method !== 'GET') Object.assign(desk, await renew(admin, operation.path))
      const says = operation.body !== null || operation.parameters.length > 4
      const ground = { ids: desk, kindOf, pathTo: (path: string) => pathTo(path, desk) }
      for (const each of requestsOf(app, operation, ground, says ? tries.many : tries.few)) {
        const { headers, ...rest } = each
        const { authorization } = admin
        const response = await app.inject({ ...rest, headers: { authorization, ...headers } })
        const sent = String(rest.payload ?? '').slice(0, 300)
        const where = `${rest.method} ${rest.url} ${sent}: ${response.body.slice(0, 300)}`
        expect(response.statusCode, where).toBeLessThan(500)
        if (response.statusCode < 300) met.add(`${operation.method} ${operation.path}`)
      }
    }
    // Were most refused for their form, what lies behind would not have been met.
    expect(met.size).toBeGreaterThanOrEqual(operations.length / 2)
  })
})
