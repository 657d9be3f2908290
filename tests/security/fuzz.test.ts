import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { AggregateConfig } from '../../schemas/analysis/aggregate.ts'
import { FilterConfig } from '../../schemas/analysis/filter.ts'
import { SummaryConfig } from '../../schemas/analysis/summary.ts'
import { TransformConfig } from '../../schemas/analysis/transform.ts'
import { can } from '../../src/permissions.ts'
import { type Ground, type Request, requestsOf } from '../support/fuzz.ts'
import { type Desk, furnish } from '../support/itsm-whole.ts'
import { gatherPeople, signInAgain } from '../support/matrix/askers.ts'
import type { Area, Case, People, Place } from '../support/matrix/cases.ts'
import { cases } from '../support/matrix/index.ts'
import { nameOf } from '../support/matrix/try.ts'
import { type Operation, operationsOf, type Schema } from '../support/operations.ts'
import { describe, expect, type Service } from '../support/service.ts'
import { test as base } from '../support/statistics.ts'

const { FUZZ_REQUESTS = '10000', FUZZ_SEED = '7' } = process.env
const seed = Number(FUZZ_SEED)

const test = base.extend<{ people: People; desk: Desk }>({
  people: [async ({ app }, use) => use(await gatherPeople(app)), { scope: 'file' }],
  desk: [
    async ({ people }, use) => use(await furnish(people.SystemAdmin, people.own)),
    { scope: 'file' },
  ],
})

type Trial = { area: Area; of: Case }

/** More is tried where more can be said; configurations of steps say the most. */
function weightOf({ path, method, parameters, body }: Operation): number {
  if (/\/step(\/\{step_id\})?$/.test(path) && method !== 'GET' && body) return 6
  return body !== null || parameters.length > 4 ? 3 : 1
}

describe(`whatever is sent to the service (FUZZ_SEED=${seed})`, () => {
  test('is answered as the document says', { timeout: 3_600_000 }, async ({
    service,
    app,
    db,
    people,
    desk,
  }) => {
    const operations = operationsOf(app)
    const weight = operations.reduce((sum, each) => sum + weightOf(each), 0)
    const met = new Set<string>()
    const faults: string[] = []
    let sent = 0
    for (const operation of operations) {
      const { area, of } = cases.get(nameOf(operation)) as Trial
      const count = Math.ceil((Number(FUZZ_REQUESTS) * weightOf(operation)) / weight)
      const place = await area.furnish({ service, app, db, people })
      const ground = groundOf(area, place, desk)
      const client = await clientFor(app, people, operation, { area, of })
      for (const request of requestsOf(app, operation, ground, count, seed)) {
        const { status, fault } = await answerTo(app, request, client.authorization, of)
        sent += 1
        if (status < 400) met.add(nameOf(operation))
        if (fault) faults.push(fault)
      }
    }
    expect(faults.slice(0, 20), `${faults.length} of ${sent}`).toEqual([])
    expect(sent).toBeGreaterThanOrEqual(Number(FUZZ_REQUESTS))
    // Were most refused for their form, what lies behind would not have been met.
    expect(met.size, [...met].join()).toBeGreaterThanOrEqual(operations.length / 2)
    expect(service.faults).toEqual([])
  })
})

/** Whom it belongs to, if they may; a session of their own where that is what may end. */
async function clientFor(
  app: Service['app'],
  people: People,
  { permission }: Operation,
  { area, of }: Trial,
) {
  const owner = people[area.owner ?? 'own']
  const client = !permission || can(owner, permission) ? owner : people.SystemAdmin
  return of.endsSession ? signInAgain(app, client) : client
}

/** What is answered; a fault where that is 500 or above, or not as it is documented. */
async function answerTo(
  app: Service['app'],
  { headers, ...request }: Request,
  authorization: string,
  of: Case,
): Promise<{ status: number; fault?: string }> {
  const all = { ...of.headers, ...headers }
  try {
    const response = await app.inject({ ...request, headers: { authorization, ...all } })
    const { statusCode: status, body } = response
    if (status < 500) return { status }
    return { status, fault: `${curlOf(request, all)}: ${status} ${body.slice(0, 300)}` }
  } catch (error) {
    const said = String(Object(error).message).slice(0, 600)
    return { status: 599, fault: `${curlOf(request, all)}: ${said}` }
  }
}

/** The request as a shell sends it again to `$BASE`, with the token of somebody who may. */
function curlOf({ method, url, payload }: Omit<Request, 'headers'>, headers: Request['headers']) {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  // A header that is there and empty ends in a semicolon.
  const said = Object.entries(headers).map(([name, value]) =>
    quoted(value === '' ? `${name};` : `${name}: ${value}`),
  )
  const asked = (method as string) === 'HEAD' ? '-I' : `-X ${method}`
  const sent = ['"Authorization: Bearer $TOKEN"', ...said].map((each) => `-H ${each}`).join(' ')
  const data = payload === undefined ? '' : ` --data-binary ${quoted(sayable(payload))}`
  return `curl -g --path-as-is ${asked} "$BASE"${quoted(url)} ${sent}${data}`
}

/** What is long or no text is kept in a file. */
function sayable(payload: NonNullable<Request['payload']>): string {
  const text = payload.toString()
  const isText = !Buffer.isBuffer(payload) && !/[\0\ud800-\udfff]/u.test(text)
  if (isText && text.length < 2000 && !text.startsWith('@')) return text
  const path = `dist/fuzz/${createHash('sha256').update(payload).digest('hex').slice(0, 16)}`
  mkdirSync('dist/fuzz', { recursive: true })
  writeFileSync(path, payload)
  return `@${path}`
}

const configs = [FilterConfig, AggregateConfig, TransformConfig, SummaryConfig]

/** What stands in the area, and one of each kind of the service desk. */
function groundOf({ kindOf = () => 'user' }: Area, all: Place, desk: Desk): Ground {
  const { id: _, ...place } = all
  const known = Object.entries(place).map(([name, id]) => [name.replace(/_id$/, ''), id] as const)
  // Of several words that a field has in it, the longest says what it is.
  const ids = [...new Map([...Object.entries(desk), ...known])].sort(
    ([a], [b]) => b.length - a.length,
  )
  return {
    ids: Object.fromEntries(ids),
    kindOf,
    pathTo: (path) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => all[name] ?? `${desk.user}`),
    schemaOf: { config: { anyOf: configs as Schema[] } },
  }
}
