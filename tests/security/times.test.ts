import { type Operation, operationsOf, type Schema } from '../support/operations.ts'
import { expect, test } from '../support/service.ts'

/** What schemas let pass, and `Date` cannot read or write, or a column cannot hold. */
const hostile = [
  '2016-12-31T23:59:60Z',
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59-23:59',
  '9999-12-31T23:59:60-23:59',
  '0000-01-01',
  '9999-12-31',
  '2026-02-30',
]

const isTime = ({ format = '', pattern = '' }: Schema & { pattern?: string }) =>
  ['date', 'date-time'].includes(format) || pattern.startsWith('^\\d{4}-')

function follow(root: unknown, schema: Schema): Schema {
  const names = schema.$ref?.slice(2).split('/')
  return names ? (names.reduce((at, name) => Object(at)[name], root) as Schema) : schema
}

/** The names of the members of a body, or the parameters of an address, that are times. */
function timesIn(root: unknown, properties: Record<string, Schema>): string[] {
  return Object.entries(properties)
    .filter(([, schema]) => {
      const whole = follow(root, schema)
      return [whole, ...(whole.anyOf ?? [])].some((each) => isTime(follow(root, each)))
    })
    .map(([name]) => name)
}

test('no time from outside is a fault of this service', async ({ app, signIn }) => {
  const admin = await signIn('SystemAdmin')
  const root = app.swagger()
  let asked = 0
  const faults: string[] = []
  async function ask(method: Operation['method'], path: string, payload?: object) {
    const url = path.replaceAll(/\{\w+\}/g, '01890000-0000-7000-8000-000000000000')
    const headers = { authorization: admin.authorization }
    const response = await app.inject({ method, url, headers, ...(payload && { payload }) })
    if (response.statusCode >= 500) faults.push(`${method} ${url} ${JSON.stringify(payload) ?? ''}`)
    asked += 1
  }
  for (const { method, path, parameters, body } of operationsOf(app)) {
    const query = Object.fromEntries(
      parameters.filter((each) => each.in === 'query').map((each) => [each.name, each.schema]),
    )
    const members = body ? (follow(root, body.schema).properties ?? {}) : {}
    const [asQuery, asBody] = [timesIn(root, query), timesIn(root, members)]
    for (const time of hostile) {
      for (const name of asQuery) {
        await ask(method, `${path}?${name}=${encodeURIComponent(time)}`)
      }
      for (const name of asBody) {
        await ask(method, path, { ...Object(body?.example), [name]: time })
      }
    }
  }
  expect(faults).toEqual([])
  expect(asked).toBeGreaterThan(500)
})
