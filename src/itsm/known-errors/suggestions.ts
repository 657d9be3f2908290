import type { Db } from '../../../db/tables.ts'
import type { KnownErrorSuggestion } from '../../../schemas/itsm/known-errors.ts'
import type { Caller } from '../../access.ts'
import { groupBy } from '../../values.ts'
import { getIncidentRow, type IncidentRow } from '../incidents/access.ts'
import { describeKnownErrors, type KnownErrorRow, visibleKnownErrors } from './access.ts'
import { byScore, findMatches, rounded } from './search.ts'

/** Of a long description the beginning says what it is about. */
const readCharacters = 500

/** What counts besides the text: a CI that both have, whatever the text; the same category. */
const points = { ci: 3, category: 1 }

/** How many known errors of the CIs of an incident are looked at, the most used first. */
const perCi = 50

type Weighed = { row: KnownErrorRow; score: number; terms: string[]; cis: string[] }

/**
 * Known errors that may be behind an incident: by its text as the search ranks it, by the CIs that both
 * have, and, where one of the two speaks for it, by the category.
 */
export async function suggestKnownErrors(
  db: Db,
  caller: Caller,
  incidentId: string,
  limit: number,
): Promise<{ suggestions: KnownErrorSuggestion[] }> {
  const incident = await getIncidentRow(db, caller, incidentId)
  const weighed = await weighAll(db, caller, incident)
  const best = weighed
    .map((each) => ({ ...each, ...reasonsOf(each, incident) }))
    .sort(byScore)
    .slice(0, limit)
  const described = await describeKnownErrors(
    db,
    best.map(({ row }) => row),
  )
  const uses = await db
    .selectFrom('known_error_uses')
    .select('known_error_id')
    .where('incident_id', '=', incidentId)
    .execute()
  const used = new Set(uses.map(({ known_error_id }) => known_error_id))
  return {
    suggestions: best.map(({ row, score, terms, reasons }, n) => ({
      known_error: described[n] as KnownErrorSuggestion['known_error'],
      score,
      matched_terms: terms,
      reasons,
      is_used: used.has(row.id),
    })),
  }
}

async function weighAll(db: Db, caller: Caller, incident: IncidentRow): Promise<Weighed[]> {
  const text = `${incident.title}\n${incident.description ?? ''}`.slice(0, readCharacters)
  const matches = await findMatches(db, caller, text)
  const shared = await sharedCis(db, caller, incident.id)
  const found = new Set(matches.map(({ row }) => row.id))
  const others = [...shared.keys()].filter((id) => !found.has(id))
  const rows =
    others.length === 0
      ? []
      : await db.selectFrom('known_errors').selectAll().where('id', 'in', others).execute()
  return [
    ...matches.map(({ row, score, terms }) => ({
      row,
      score,
      terms,
      cis: shared.get(row.id) ?? [],
    })),
    ...rows.map((row) => ({ row, score: 0, terms: [], cis: shared.get(row.id) ?? [] })),
  ]
}

/** The CIs that known errors have in common with an incident. */
async function sharedCis(db: Db, caller: Caller, incidentId: string) {
  const rows = await visibleKnownErrors(db, caller)
    .innerJoin('known_error_cis', 'known_error_cis.known_error_id', 'known_errors.id')
    .innerJoin('incident_cis', 'incident_cis.ci_id', 'known_error_cis.ci_id')
    .where('incident_cis.incident_id', '=', incidentId)
    .orderBy('known_errors.usage_count', 'desc')
    .orderBy('known_errors.id', 'desc')
    .limit(perCi)
    .select(['known_errors.id', 'known_error_cis.ci_id'])
    .execute()
  const groups = groupBy(rows, ({ id }) => id)
  return new Map([...groups].map(([id, own]) => [id, own.map(({ ci_id }) => ci_id).sort()]))
}

type Reasons = KnownErrorSuggestion['reasons']

function reasonsOf({ row, score, terms, cis }: Weighed, { category }: IncidentRow) {
  const reasons: Reasons = []
  if (score > 0) reasons.push({ kind: 'text', values: terms, points: score })
  if (cis.length > 0) reasons.push({ kind: 'ci', values: cis, points: points.ci })
  if (category !== null && category === row.category) {
    reasons.push({ kind: 'category', values: [category], points: points.category })
  }
  return { reasons, score: rounded(reasons.reduce((sum, each) => sum + each.points, 0)) }
}
