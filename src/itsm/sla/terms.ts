import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Priority } from '../../../schemas/itsm/common.ts'
import type { PolicyDefinition } from '../../../schemas/itsm/sla.ts'
import { type Calendar, openCalendar } from './calendar.ts'
import type { Terms, TermsAt } from './clock.ts'

type Version<Content> = { version: number; from: number; content: Content }
type PolicyTerms = { definition: PolicyDefinition; calendar_id: string }
type Policy = { id: string; name: string; is_default: 0 | 1; active: 0 | 1; position: number }

/** What an incident is matched by. */
export type Matched = {
  category: string | null
  team_id: string | null
  priority: Priority
  tags: readonly string[]
}

export type Agreements = {
  policies: ReadonlyMap<string, Policy>
  /** The first active policy that is for it, or else the default. */
  choose(matched: Matched): string | null
  /** The terms of a policy; that one must be there. */
  termsOf(policyId: string): TermsAt
}

/** What was made last: calendars keep the days they have worked out, which costs more than all else. */
let last: { rows: string; agreements: Agreements } | undefined

/**
 * All policies and calendars with all their versions, as they are now; few, and read in two queries. While
 * the rows stay as they are, so does what was made of them.
 */
export async function loadAgreements(db: Db): Promise<Agreements> {
  const policyRows = await db
    .selectFrom('sla_policies as policy')
    .innerJoin('sla_policy_versions as version', 'version.policy_id', 'policy.id')
    .select(['policy.id', 'policy.name', 'policy.is_default', 'policy.active', 'policy.position'])
    .select(['version.version', 'version.valid_from', 'version.calendar_id', 'version.definition'])
    .orderBy('policy.position')
    .orderBy('policy.id')
    .orderBy('version.version')
    .execute()
  const calendarRows = await db
    .selectFrom('sla_calendar_versions')
    .selectAll()
    .orderBy('calendar_id')
    .orderBy('version')
    .execute()
  const rows = JSON.stringify([policyRows, calendarRows])
  if (last?.rows !== rows) last = { rows, agreements: agreementsOf(policyRows, calendarRows) }
  return last.agreements
}

type PolicyRow = Policy & {
  version: number
  valid_from: string
  calendar_id: string
  definition: string
}

function agreementsOf(
  policyRows: readonly PolicyRow[],
  calendarRows: readonly Selectable<Tables['sla_calendar_versions']>[],
): Agreements {
  const policies = new Map<string, Policy>()
  const versions = new Map<string, Version<PolicyTerms>[]>()
  for (const { version, valid_from, calendar_id, definition, ...policy } of policyRows) {
    policies.set(policy.id, policy)
    const content = { definition: JSON.parse(definition), calendar_id }
    push(versions, policy.id, { version, from: startOf(valid_from), content })
  }
  const calendars = new Map<string, Version<Calendar>[]>()
  for (const { calendar_id, version, valid_from, definition } of calendarRows) {
    const content = openCalendar(JSON.parse(definition))
    push(calendars, calendar_id, { version, from: startOf(valid_from), content })
  }
  const newest = (id: string) => inForce(versions.get(id) ?? [], null)?.content.definition
  return {
    policies,
    choose(matched) {
      const all = [...policies.values()]
      const first = all.find(({ id, active, is_default }) => {
        const definition = newest(id)
        return active === 1 && is_default === 0 && definition && matches(definition, matched)
      })
      return (first ?? all.find(({ is_default }) => is_default === 1))?.id ?? null
    },
    termsOf: (id) => termsFrom(versions.get(id) ?? [], calendars),
  }
}

/** Opened once for each pair of versions, since every event of an incident asks. */
function termsFrom(
  versions: readonly Version<PolicyTerms>[],
  calendars: ReadonlyMap<string, Version<Calendar>[]>,
): TermsAt {
  const made = new Map<string, Terms>()
  return (instant) => {
    const policy = inForce(versions, instant)
    const calendar = inForce(calendars.get(policy?.content.calendar_id ?? '') ?? [], instant)
    if (!policy || !calendar) throw new Error('A policy without terms, or without a calendar.')
    const key = `${policy.version}.${calendar.version}`
    const known = made.get(key)
    if (known) return known
    const terms = {
      policy: policy.content.definition,
      policy_version: policy.version,
      calendar: calendar.content,
      calendar_version: calendar.version,
    }
    made.set(key, terms)
    return terms
  }
}

/** The first whole second of a version: what stopped in the second of an edit came before it. */
function startOf(validFrom: string): number {
  return Math.ceil(Date.parse(validFrom) / 1000)
}

/** For what was before the first version, the first. */
function inForce<Content>(versions: readonly Version<Content>[], instant: number | null) {
  if (instant === null) return versions.at(-1)
  return versions.findLast(({ from }) => from <= instant) ?? versions[0]
}

export function matches(
  { conditions: { categories, team_ids, priorities, tags } }: PolicyDefinition,
  matched: Matched,
): boolean {
  const has = (wanted: readonly string[], value: string | null) =>
    wanted.length === 0 || (value !== null && wanted.includes(value))
  return (
    has(categories, matched.category) &&
    has(team_ids, matched.team_id) &&
    has(priorities, matched.priority) &&
    (tags.length === 0 || tags.some((tag) => matched.tags.includes(tag)))
  )
}

function push<Each>(groups: Map<string, Each[]>, key: string, each: Each): void {
  const group = groups.get(key)
  if (group) group.push(each)
  else groups.set(key, [each])
}
