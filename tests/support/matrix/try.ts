import { can } from '../../../src/permissions.ts'
import { newId } from '../../../src/values.ts'
import type { Operation } from '../operations.ts'
import { type Client, expect } from '../service.ts'
import { formOf } from '../uploads.ts'
import { type createTokens, roles, type Strangers, signInAgain } from './askers.ts'
import { type Area, type Asker, type Case, type Ground, insiders, type Place } from './cases.ts'

export const nameOf = ({ method, path }: Operation): string =>
  `${method} ${path.replace('/api/v1', '')}`

export type Matrix = Ground & {
  strangers: Strangers
  tokens: Record<Holder, ReturnType<typeof createTokens>>
  /** What stands in each area, until it is used up. */
  places: Map<Area, Place>
  /** Of the same kind, with which paths are mixed. */
  elsewhere: Map<Area, Place>
}

export type Trial = { operation: Operation; area: Area; of: Case }

const answerTo = ({ answers }: Case, asker: Asker): number =>
  typeof answers === 'number'
    ? answers
    : (answers[asker] ?? (asker === 'auditor' ? answers.own : undefined) ?? answers.else)

/** Asks for one operation as everybody, and compares all the statuses at once. */
export async function tryOperation(matrix: Matrix, trial: Trial): Promise<void> {
  const { operation, area, of } = trial
  const { permission } = operation
  const faults: string[] = []
  const note: Note = (name, { status, code, body }, right, rightCode = code) => {
    // An answer to HEAD has no body that could say why.
    if (status === right && (code === rightCode || body === '')) return
    faults.push(`${name}: ${status} and not ${right} ${rightCode}: ${body.slice(0, 600)}`)
  }
  const tryClient = async (name: string, client: Client, right: number) => {
    const isLet = !permission || can(client, permission)
    const got = await ask(matrix, trial, client)
    note(name, got, isLet ? right : 403, isLet ? undefined : 'permission_required')
    return got
  }

  for (const role of permission ? roles : (['SystemAdmin', 'User'] as const)) {
    const got = await tryClient(role, matrix.people[role], answerTo(of, role))
    if (role === 'User' && !of.isShared) expectNothingOf(matrix, trial, got)
  }
  await tryClient('own', ownerOf(matrix, area), answerTo(of, 'own'))
  if (area.isOfProjects) await tryInsiders(matrix, trial, tryClient)

  for (const [code, authorization] of Object.entries(matrix.strangers)) {
    const got = await ask(matrix, trial, authorization ? { authorization } : undefined)
    const isOpen = !permission && Object(of.answers).nobody !== 401
    if (isOpen) note(code, got, answerTo(of, 'nobody'))
    else note(code, got, code === 'account_inactive' ? 403 : 401, code)
  }
  if (permission) await tryTokens(matrix, trial, note)
  await tryOthers(matrix, trial, note)
  if (of.before) matrix.places.delete(area)
  expect.soft(faults, [nameOf(operation), ...faults].join('\n  ')).toEqual([])
}

type Note = (name: string, got: Got, right: number, code?: string) => void
type TryClient = (name: string, client: Client, right: number) => Promise<Got>

async function tryInsiders(matrix: Matrix, { of, ...trial }: Trial, tryClient: TryClient) {
  const { people, db } = matrix
  for (const name of insiders) await tryClient(name, people[name], answerTo(of, name))
  await tryClient('an auditor who is a manager', people.auditor, answerTo(of, 'auditor'))
  if (of.archived === undefined) return
  const { project_id = '' } = await placeOf(matrix, trial.area)
  const archive = (is_active: 0 | 1) =>
    db.updateTable('projects').set({ is_active }).where('id', '=', project_id).execute()
  await archive(0)
  await tryClient('own, archived', people.own, of.archived)
  await archive(1)
}

/** Whom tokens are of: the owner, or else the first who may, who is no more by them than they say. */
const holders = ['own', 'agent', 'ChangeManager', 'SystemAdmin'] as const
type Holder = (typeof holders)[number]

async function tryTokens(matrix: Matrix, trial: Trial, note: Note): Promise<void> {
  const { people, tokens } = matrix
  const { permission } = trial.operation
  const owner = trial.area.owner ?? 'own'
  const able = ([owner, ...holders] as const).find((each) => can(people[each], permission))
  const holder = able ?? 'SystemAdmin'
  const other = { authorization: await tokens[holder].other(permission) }
  note('a token without it', await ask(matrix, trial, other), 403, 'scope_required')
  if (permission === 'account.secure') return
  const only = { authorization: await tokens[holder].only(permission) }
  const asker = holder === owner ? 'own' : holder === 'agent' ? 'ServiceDeskAgent' : holder
  const got = await ask(matrix, trial, only)
  note(`a token of ${asker} for it`, got, trial.of.scoped ?? answerTo(trial.of, asker))
}

/** What is not there, and what is of another parent than the path says. */
async function tryOthers(matrix: Matrix, trial: Trial, note: Note): Promise<void> {
  const { operation, area, of } = trial
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  if (names.length === 0) return
  const owner = ownerOf(matrix, area)
  const may = !operation.permission || can(owner, operation.permission)
  const by = may ? owner : matrix.people.SystemAdmin
  const place = await placeOf(matrix, area)
  for (const name of names) {
    const got = await ask(matrix, trial, by, { ...place, [name]: newId() })
    note(`without the ${name}`, got, of.unknown?.[name] ?? 404)
  }
  const last = names.at(-1) as string
  if (names.length < 2 || of.hasNoParent) return
  const other = matrix.elsewhere.get(area) ?? (await area.furnish(matrix))
  matrix.elsewhere.set(area, other)
  const got = await ask(matrix, trial, by, { ...place, [last]: other[last] as string })
  note('of another parent', got, 404)
}

/** Whoever has nothing to do with it is told no id of anything that is somebody's own. */
function expectNothingOf(matrix: Matrix, { operation, area }: Trial, got: Got): void {
  if (operation.method !== 'GET' || got.status >= 300) return
  for (const [name, id] of Object.entries(matrix.places.get(area) ?? {})) {
    if (id.length < 36 || operation.path.includes(`{${name}}`)) continue
    expect
      .soft(got.body, `${nameOf(operation)} names the ${name} of somebody else`)
      .not.toContain(id)
  }
}

const ownerOf = ({ people }: Matrix, { owner }: Area): Client => people[owner ?? 'own']

async function placeOf(matrix: Matrix, area: Area): Promise<Place> {
  const place = matrix.places.get(area) ?? (await area.furnish(matrix))
  matrix.places.set(area, place)
  return place
}

type Got = { status: number; code: string; body: string }
type By = Client | { authorization: string } | undefined

async function ask(matrix: Matrix, trial: Trial, by: By, strayed?: Place): Promise<Got> {
  const { operation, area, of } = trial
  const place = strayed ?? (await placeOf(matrix, area))
  const may = by !== undefined && 'roles' in by && can(by, operation.permission ?? 'account.read')
  await of.before?.(matrix, strayed ? await placeOf(matrix, area) : place)
  const client = may && of.endsSession ? await signInAgain(matrix.app, by) : by
  const response = await matrix.app.inject(requestOf(trial, place, client?.authorization))
  const status = response.statusCode
  const isOver = status < 300 && (of.isOnce || of.before || operation.method === 'DELETE')
  if (isOver) matrix.places.delete(area)
  const isSaid = status >= 400 && response.body !== ''
  const code = isSaid ? String(response.json().code) : ''
  return { status, code, body: response.body.slice(0, 20_000) }
}

let turn = 0
const addressOf = (n: number) => `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`

function requestOf({ operation, of }: Trial, place: Place, authorization: string | undefined) {
  const { method, path, body, parameters } = operation
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => place[name] ?? `no-${name}`)
  const required = parameters.filter((each) => each.in === 'query' && each.required)
  const query = new URLSearchParams({
    ...Object.fromEntries(required.map(({ name, schema }) => [name, `${schema.examples?.[0]}`])),
    ...of.query?.(place),
  })
  const form = of.form && formOf(of.form)
  const said = of.body?.(place) ?? (body?.type === 'application/json' ? body.example : undefined)
  const payload = form?.payload ?? said
  return {
    // Each from an address of its own, since some are limited by that.
    remoteAddress: addressOf(turn++),
    method: method as 'GET',
    url: query.size > 0 ? `${address}?${query}` : address,
    headers: { ...form?.headers, ...of.headers, ...(authorization && { authorization }) },
    ...(payload !== undefined && { payload: payload as object }),
  }
}
