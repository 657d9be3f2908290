import { operationsBelow } from '../support/access-matrix.ts'
import { type Ground, requestsOf } from '../support/fuzz.ts'
import type { Operation } from '../support/operations.ts'
import { uploadTo } from '../support/project-files.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'
import { furnishTree } from '../support/tree-ground.ts'

const test = base.extend<{ admin: Client }>({
  admin: [async ({ signIn }, use) => use(await signIn('SystemAdmin')), { scope: 'file' }],
})

/** Where little can be said, little is tried. */
const tries = { many: 16, few: 4 }

/** Operations that make a process read a file; what they read is for other tests. */
const isReading = ({ path }: Operation) => path.endsWith('/driver-tree/file/project')

describe('whatever is sent to it', () => {
  test.for(['/projects', '/driver-tree'])(
    '%s answers as it says',
    async (prefix, { app, db, admin, signIn }) => {
      const { authorization } = admin
      const { id: user } = await signIn()
      const operations = operationsBelow(app, prefix).filter((each) => !isReading(each))
      operations.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
      const met = new Set<string>()
      let place = await furnishTree(db, { manager: admin })
      const { id: project_file } = await uploadTo(admin, place.project_id, '実績.csv')
      for (const operation of operations) {
        if (operation.method === 'DELETE') place = await furnishTree(db, { manager: admin })
        const ground = groundOf(prefix, { ...place, project_file, user })
        const says = operation.body !== null || operation.parameters.length > 4
        for (const each of requestsOf(app, operation, ground, says ? tries.many : tries.few)) {
          const { headers, ...rest } = each
          const response = await app.inject({ ...rest, headers: { authorization, ...headers } })
          const sent = String(rest.payload ?? '').slice(0, 300)
          const where = `${rest.method} ${rest.url} ${sent}: ${response.body.slice(0, 300)}`
          expect(response.statusCode, where).toBeLessThan(500)
          if (response.statusCode < 300) met.add(`${operation.method} ${operation.path}`)
        }
      }
      // Were most refused for their form, what lies behind would not have been met.
      expect(met.size).toBeGreaterThanOrEqual(operations.length / 2)
    },
  )
})

type Place = Awaited<ReturnType<typeof furnishTree>> & { project_file: string; user: string }

function groundOf(prefix: string, place: Place): Ground {
  const { project_file, user, ...rest } = place
  const file_id = prefix === '/projects' ? project_file : place.file_id
  const known: Record<string, string> = { ...rest, file_id, code: 'NO_SUCH_CODE' }
  return {
    ids: {
      project_file,
      project: place.project_id,
      sheet: place.sheet_id,
      column: place.column_id,
      scenario: place.scenario_id,
      policy: place.policy_id,
      children: place.sibling_id,
      root: place.root_id,
      user,
      node: place.node_id,
    },
    kindOf: () => 'node',
    pathTo: (path) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? place.node_id),
  }
}
