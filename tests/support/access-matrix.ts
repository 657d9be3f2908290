import { can } from '../../src/permissions.ts'
import { type Operation, operationsOf } from './operations.ts'
import { insertMember } from './projects.ts'
import { type Client, expect, type Service, signInTo, speaking } from './service.ts'
import { formOf, type Part } from './uploads.ts'

/** Who asks; all but the last three are in the project, in that role. */
export const askers = ['manager', 'moderator', 'member', 'viewer', 'admin', 'outsider'] as const
type Asker = (typeof askers)[number]
export type People = Record<Asker | 'deputy' | 'target' | 'newcomer', Client>

/** By the name of a path parameter, the id of what stands there. */
export type Place = Record<string, string>

export type Row = {
  /** The status for each of the askers, in their order. */
  statuses: [number, number, number, number, number, number]
  /** That for the manager once the project is archived. */
  archived: number
  body?: (place: Place) => object
  form?: Part[]
  query?: (place: Place) => string
  /** That it can be done only once, as what is deleted can. */
  isOnce?: true
}

export async function gatherPeople(app: Service['app']): Promise<People> {
  const names = [...askers, 'deputy', 'target', 'newcomer'] as const
  const people = names.map(
    async (name) =>
      [name, name === 'admin' ? await signInTo(app, 'SystemAdmin') : await signInTo(app)] as const,
  )
  return Object.fromEntries(await Promise.all(people)) as People
}

export const nameOf = ({ method, path }: Operation): string =>
  `${method} ${path.replace('/api/v1', '')}`

export function operationsBelow(app: Service['app'], ...prefixes: string[]): Operation[] {
  return operationsOf(app).filter(({ path }) =>
    prefixes.some((prefix) => path.startsWith(`/api/v1${prefix}`)),
  )
}

type Matrix = {
  app: Service['app']
  db: Service['deps']['db']
  people: People
  /** A new project with all that a path can name. */
  furnish: () => Promise<Place>
  /** The one that is asked about, and one whose things are looked for in the first. */
  place?: Place | undefined
  elsewhere?: Place
}

/** Asks for one operation as each person, and as somebody who may not know what they ask for. */
export async function tryOperation(matrix: Matrix, operation: Operation, row: Row): Promise<void> {
  const { people } = matrix
  const statuses: Record<string, number> = {}
  for (const asker of askers) {
    const status = await statusOf(matrix, operation, row, people[asker])
    statuses[asker] = status
    const isOver = status < 300 && (row.isOnce || operation.method === 'DELETE')
    if (isOver) matrix.place = undefined
  }
  const expected = Object.fromEntries(askers.map((asker, n) => [asker, row.statuses[n]]))
  expect(statuses, nameOf(operation)).toEqual(expected)

  expect(await statusOf(matrix, operation, row, undefined), 'nobody').toBe(401)
  const token = await limited(matrix)
  expect(await statusOf(matrix, operation, row, token), 'a token without the scope').toBe(403)
  await tryForeign(matrix, operation, row)
  await tryArchived(matrix, operation, row)
}

/**
 * Asks for one operation by API tokens of the manager, and as an auditor who is a member of the project:
 * whatever they are there, it is no more than their scopes or their account allow.
 */
export async function tryHolders(matrix: Matrix, operation: Operation, row: Row): Promise<void> {
  const { app, db, people } = matrix
  const { permission, method } = operation
  const made = await people.manager.post('/api/v1/auth/tokens', {
    name: 'この用',
    scopes: [permission],
  })
  const scoped = speaking(app, `Bearer ${made.json().token}`)
  const status = await statusOf(matrix, operation, row, scoped)
  expect(status, `${nameOf(operation)} by a token for it`).toBe(row.statuses[0])
  if (status < 300 && (row.isOnce || method === 'DELETE')) matrix.place = undefined

  const auditor = await signInTo(app, 'Auditor')
  const may = can({ roles: ['Auditor'] }, permission)
  const asOutsider = may ? row.statuses[5] : 403
  expect(await statusOf(matrix, operation, row, auditor), 'an auditor').toBe(asOutsider)
  const { project_id = '' } = await placeOf(matrix)
  await insertMember(db, project_id, auditor.id, 'project_manager')
  const asManager = may ? row.statuses[0] : 403
  expect(await statusOf(matrix, operation, row, auditor), 'an auditor inside').toBe(asManager)
}

/** What is asked for is of another parent than the path says. */
async function tryForeign(matrix: Matrix, operation: Operation, row: Row): Promise<void> {
  const parameters = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  const last = parameters.at(-1)
  if (last === undefined || parameters.length < 2) return
  matrix.elsewhere ??= await matrix.furnish()
  const place = { ...(await placeOf(matrix)), [last]: matrix.elsewhere[last] as string }
  const status = await statusOf({ ...matrix, place }, operation, row, matrix.people.manager)
  expect(status, `${nameOf(operation)} of another parent`).toBe(404)
}

async function tryArchived(matrix: Matrix, operation: Operation, row: Row): Promise<void> {
  const { project_id = '' } = await placeOf(matrix)
  const archive = (is_active: 0 | 1) =>
    matrix.db.updateTable('projects').set({ is_active }).where('id', '=', project_id).execute()
  await archive(0)
  const status = await statusOf(matrix, operation, row, matrix.people.manager)
  expect(status, `${nameOf(operation)} in an archived project`).toBe(row.archived)
  await archive(1)
  if (status < 300 && operation.method === 'DELETE') matrix.place = undefined
}

async function placeOf(matrix: Matrix): Promise<Place> {
  matrix.place ??= await matrix.furnish()
  return matrix.place
}

const tokens = new WeakMap<object, Promise<Pick<Client, 'authorization'>>>()

/** The manager, by a token that is for something else. */
function limited({ app, people: { manager } }: Matrix): Promise<Pick<Client, 'authorization'>> {
  const made = async () => {
    const body = { name: '別の用', scopes: ['account.read', 'item.write'] }
    const { token } = (await manager.post('/api/v1/auth/tokens', body)).json()
    return speaking(app, `Bearer ${token}`)
  }
  const known = tokens.get(manager) ?? made()
  tokens.set(manager, known)
  return known
}

async function statusOf(
  matrix: Matrix,
  { method, path }: Operation,
  row: Row,
  client: Pick<Client, 'authorization'> | undefined,
): Promise<number> {
  const place = await placeOf(matrix)
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => place[name] ?? `no ${name}`)
  const form = row.form && formOf(row.form)
  const payload = form?.payload ?? row.body?.(place)
  const response = await matrix.app.inject({
    method,
    url: row.query ? `${address}?${row.query(place)}` : address,
    headers: { ...form?.headers, ...(client && { authorization: client.authorization }) },
    ...(payload && { payload }),
  })
  return response.statusCode
}
