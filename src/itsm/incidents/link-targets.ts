import type { Db } from '../../../db/tables.ts'
import type { IncidentLink, LinkKind } from '../../../schemas/itsm/links.ts'
import type { Caller } from '../../access.ts'
import { can, type Permission } from '../../permissions.ts'
import { numberText } from '../numbers.ts'
import { type IncidentRow, visibleIncidents } from './access.ts'

type Target = { number: string; title: string; status: string }

/** What is linked to and has a table of its own, beside incidents; who may read it. */
const tables = {
  change: { table: 'changes', permission: 'change.read' },
  problem: { table: 'problems', permission: 'problem.read' },
} as const satisfies Record<string, { table: 'changes' | 'problems'; permission: Permission }>

const tableOf: Partial<Record<LinkKind, keyof typeof tables>> = {
  change: 'change',
  caused_by: 'change',
  problem: 'problem',
}

const ofIncidents: readonly LinkKind[] = ['parent', 'child', 'duplicate_of', 'related']

/** Those of these ids that are there and that the caller may read. */
async function findTargets(
  db: Db,
  caller: Caller,
  kind: LinkKind,
  ids: readonly string[],
): Promise<Map<string, Target>> {
  if (ids.length === 0) return new Map()
  if (ofIncidents.includes(kind)) return foundIn(await visible(db, caller, ids), 'incident')
  const target = tableOf[kind]
  if (!target || !can(caller, tables[target].permission)) return new Map()
  const rows = await db
    .selectFrom(tables[target].table)
    .select(['id', 'number', 'title', 'status'])
    .where('id', 'in', ids)
    .execute()
  return foundIn(rows, target)
}

/** Whether there is such a thing to link to: whoever may link at all may link to any. */
export async function isTarget(db: Db, kind: LinkKind, id: string): Promise<boolean> {
  const target = tableOf[kind]
  const row = await db
    .selectFrom(target ? tables[target].table : 'incidents')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** The links of an incident: parent, children, those made here, and those of others that point here. */
export async function linksOf(db: Db, caller: Caller, row: IncidentRow): Promise<IncidentLink[]> {
  const bare = [...(await familyOf(db, row)), ...(await storedLinks(db, row.id))]
  const kinds = [...new Set(bare.map(({ kind }) => kind))]
  const targets = new Map<string, Map<string, Target>>()
  for (const kind of kinds) {
    const ids = bare.filter((each) => each.kind === kind).map(({ target_id }) => target_id)
    targets.set(kind, await findTargets(db, caller, kind, ids))
  }
  return bare.map((link) => {
    const { number, title, status } = targets.get(link.kind)?.get(link.target_id) ?? unknown
    return { ...link, number, title, status }
  })
}

const unknown = { number: null, title: null, status: null }

type Bare = Omit<IncidentLink, keyof Target>

async function familyOf(db: Db, { id, parent_id }: IncidentRow): Promise<Bare[]> {
  const children = await db
    .selectFrom('incidents')
    .select('id')
    .where('parent_id', '=', id)
    .orderBy('id')
    .execute()
  const of = (kind: 'parent' | 'child', target_id: string): Bare => ({
    kind,
    target_id,
    inward: false,
    created_by: null,
    created_at: null,
  })
  return [
    ...(parent_id ? [of('parent', parent_id)] : []),
    ...children.map((child) => of('child', child.id)),
  ]
}

async function storedLinks(db: Db, id: string): Promise<Bare[]> {
  const columns = ['kind', 'incident_id', 'target_id', 'created_by', 'created_at'] as const
  const outward = await db
    .selectFrom('incident_links')
    .select(columns)
    .where('incident_id', '=', id)
    .orderBy('created_at')
    .orderBy('target_id')
    .execute()
  const inward = await db
    .selectFrom('incident_links')
    .select(columns)
    .where('target_id', '=', id)
    .where('kind', 'in', ['duplicate_of', 'related'])
    .orderBy('created_at')
    .orderBy('incident_id')
    .execute()
  return [
    ...outward.map(({ incident_id, ...link }) => ({ ...link, inward: false })),
    ...inward.map(({ incident_id, ...link }) => ({
      ...link,
      target_id: incident_id,
      inward: true,
    })),
  ]
}

async function visible(db: Db, caller: Caller, ids: readonly string[]) {
  return visibleIncidents(db, caller)
    .select(['id', 'number', 'title', 'status'])
    .where('id', 'in', ids)
    .execute()
}

type Row = { id: string; number: number; title: string; status: string }

function foundIn(
  rows: readonly Row[],
  kind: 'incident' | 'change' | 'problem',
): Map<string, Target> {
  return new Map(
    rows.map(({ id, number, title, status }) => [
      id,
      { number: numberText(kind, number), title, status },
    ]),
  )
}
