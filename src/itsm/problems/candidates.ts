import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { priorities } from '../../../schemas/itsm/common.ts'
import type {
  ProblemCandidate,
  ProblemCandidateQuery,
} from '../../../schemas/itsm/problem-figures.ts'
import type { Caller } from '../../access.ts'
import type { Deps } from '../../fastify.ts'
import { groupBy, later, now } from '../../values.ts'
import { visibleIncidents } from '../incidents/access.ts'
import type { Cluster, clusterSymptoms } from './clusters.ts'

declare module '../../workers.ts' {
  interface Tasks {
    cluster_symptoms: typeof clusterSymptoms
  }
}

const examined = 10_000

/** Of long descriptions the beginning is compared. */
const comparedCharacters = 300

const limits = { timeoutMs: 30_000, heapMb: 512 }

type Row = Awaited<ReturnType<typeof recentIncidents>>[number]

/**
 * Problems that incidents without one suggest: clusters of like ones, and every major incident. The
 * comparing is done by a worker thread.
 */
export async function proposeProblems(
  { db, workers }: Pick<Deps, 'db' | 'workers'>,
  caller: Caller,
  { days, min_size, limit }: ProblemCandidateQuery,
  at = now(),
) {
  const rows = await recentIncidents(db, caller, later(at, -days * 86_400))
  const cis = await cisOf(db, later(at, -days * 86_400))
  const symptoms = rows.map(({ id, title, description, category }) => ({
    id,
    title,
    text: `${title}\n${description ?? ''}`.slice(0, comparedCharacters),
    category,
    ci_ids: (cis.get(id) ?? []).map(({ ci_id }) => ci_id),
  }))
  const input = { symptoms, minSize: min_size }
  const clusters = await workers.run('cluster_symptoms', input, limits)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const clustered = new Set(clusters.flatMap(({ incident_ids }) => incident_ids))
  const candidates = [
    ...clusters.map((cluster) => toCandidate(cluster, byId)),
    ...rows.filter(({ id, major }) => major === 1 && !clustered.has(id)).map(alone),
  ].sort((one, two) => Number(two.is_major) - Number(one.is_major) || two.size - one.size || 0)
  return { candidates: candidates.slice(0, limit), examined: rows.length }
}

function recentIncidents(db: Db, caller: Caller, since: string) {
  return visibleIncidents(db, caller)
    .where('opened_at', '>=', since)
    .where('status', '!=', 'cancelled')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('incident_links')
            .whereRef('incident_links.incident_id', '=', 'incidents.id')
            .where('incident_links.kind', '=', 'problem')
            .select(sql.lit(1).as('one')),
        ),
      ),
    )
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(examined)
    .select(['id', 'title', 'description', 'category', 'priority', 'status', 'major'])
    .execute()
}

async function cisOf(db: Db, since: string) {
  const rows = await db
    .selectFrom('incident_cis')
    .innerJoin('incidents', 'incidents.id', 'incident_cis.incident_id')
    .where('incidents.opened_at', '>=', since)
    .select(['incident_cis.incident_id', 'incident_cis.ci_id'])
    .orderBy('incident_cis.ci_id')
    .execute()
  return groupBy(rows, ({ incident_id }) => incident_id)
}

function toCandidate(cluster: Cluster, byId: ReadonlyMap<string, Row>): ProblemCandidate {
  const members = cluster.incident_ids.map((id) => byId.get(id) as Row)
  const { category, ci_ids, terms } = cluster
  const reasons = [
    { kind: 'text' as const, values: terms },
    { kind: 'category' as const, values: category === null ? [] : [category] },
    { kind: 'ci' as const, values: ci_ids },
    { kind: 'major' as const, values: majorsIn(members) },
  ]
  return {
    ...summary(members),
    title: cluster.title,
    similarity: cluster.similarity,
    reasons: reasons.filter(({ values }) => values.length > 0),
  }
}

/** A major incident asks for a problem also where it is the only one. */
function alone(row: Row): ProblemCandidate {
  const reasons = [{ kind: 'major' as const, values: [row.id] }]
  return { ...summary([row]), title: row.title, similarity: 1, reasons }
}

function summary(members: readonly Row[]) {
  const ranks = members.map(({ priority }) => priorities.indexOf(priority))
  return {
    size: members.length,
    open_count: members.filter(({ status }) => status !== 'resolved' && status !== 'closed').length,
    priority: priorities[Math.max(...ranks)] as (typeof priorities)[number],
    is_major: majorsIn(members).length > 0,
    incident_ids: members.slice(0, 200).map(({ id }) => id),
  }
}

function majorsIn(members: readonly Row[]): string[] {
  return members.flatMap(({ id, major }) => (major === 1 ? [id] : [])).slice(0, 10)
}
