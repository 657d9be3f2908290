import { AggregateConfig } from '../../schemas/analysis/aggregate.ts'
import { FilterConfig } from '../../schemas/analysis/filter.ts'
import { SummaryConfig } from '../../schemas/analysis/summary.ts'
import { TransformConfig } from '../../schemas/analysis/transform.ts'
import { nameOf, operationsBelow } from '../support/access-matrix.ts'
import { type AnalysisPlace, furnishAnalysis } from '../support/analysis-ground.ts'
import { type Ground, requestsOf } from '../support/fuzz.ts'
import type { Operation, Schema } from '../support/operations.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'
import { addTemplate, addTheme } from '../support/templates.ts'

const test = base.extend<{ admin: Client }>({
  admin: [async ({ signIn }, use) => use(await signIn('SystemAdmin')), { scope: 'file' }],
})

/** Where little can be said, little is tried; configurations of steps say the most. */
const tries = { most: 60, many: 16, few: 4 }

const configs = [FilterConfig, AggregateConfig, TransformConfig, SummaryConfig]

describe('whatever is sent to analyses', () => {
  test('is answered as they say', async ({ app, service, admin, signIn }) => {
    const { authorization } = admin
    const { id: user } = await signIn()
    const operations = operationsBelow(app, '/analysis')
    operations.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    const met = new Set<string>()
    const failed = new Set<string>()
    let place = await furnish()
    for (const operation of operations) {
      if (operation.method !== 'GET') place = await furnish()
      for (const each of requestsOf(app, operation, groundOf(place, user), countOf(operation))) {
        const { headers, ...rest } = each
        const response = await app.inject({ ...rest, headers: { authorization, ...headers } })
        const sent = String(rest.payload ?? '').slice(0, 600)
        const where = `${rest.method} ${rest.url} ${sent}: ${response.body.slice(0, 300)}`
        if (response.statusCode >= 500) failed.add(where)
        if (response.statusCode < 300) met.add(nameOf(operation))
      }
    }
    expect([...failed]).toEqual([])
    // Were most refused for their form, what lies behind would not have been met.
    expect(met.size, [...met].join()).toBeGreaterThanOrEqual(operations.length / 2)
    expect(service.faults).toEqual([])

    async function furnish() {
      const made = await furnishAnalysis(service.deps, { manager: admin })
      const { project_id } = made
      const { validation_id } = await addTheme(admin, project_id)
      const { issue_id } = await addTemplate(admin, { project_id, validation_id })
      return { ...made, validation_id, issue_id }
    }
  })
})

function countOf({ path, method, parameters, body }: Operation): number {
  if (/\/step(\/\{step_id\})?$/.test(path) && method !== 'GET' && body) return tries.most
  return body !== null || parameters.length > 4 ? tries.many : tries.few
}

type Place = AnalysisPlace & { validation_id: string; issue_id: string }

function groundOf(place: Place, user: string): Ground {
  const known: Record<string, string> = place
  return {
    ids: {
      project_file: place.project_file_id,
      project: place.project_id,
      session: place.session_id,
      file: place.input_file_id,
      snapshot: place.snapshot_id,
      step: place.filter_id,
      issue: place.issue_id,
      validation: place.validation_id,
      user,
    },
    kindOf: () => 'step',
    pathTo: (path) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? place.step_id),
    schemaOf: { config: { anyOf: configs as Schema[] } },
  }
}
