import type { Selectable } from 'kysely'
import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Tables } from '../../../db/tables.ts'
import type { NewPolicy, PolicyChange } from '../../../schemas/statistics/policies.ts'
import { failure, invalid } from '../../failure.ts'
import type { Catalogue } from '../catalogue.ts'

/** A policy as it is kept, with the codes of its areas. */
export type Plan = Omit<Selectable<Tables['policies']>, 'phases' | 'links'> & {
  phases: NonNullable<NewPolicy['phases']>
  links: NonNullable<NewPolicy['links']>
  areas: string[]
  control_areas: string[]
}

/** What a client said, with codes for names, phases in order, and nothing that contradicts it. */
export function changeIn(catalogue: Catalogue, input: PolicyChange): Partial<Plan> {
  const { areas, control_areas, indicator, phases, ...change } = input
  return {
    ...change,
    ...(change.target_value === null && { target_year: null }),
    ...(indicator !== undefined && { indicator: catalogue.resolveIndicator(indicator).code }),
    ...(phases && { phases: [...phases].sort((a, b) => (a.date < b.date ? -1 : 1)) }),
    ...(areas && { areas: codesOf(catalogue, areas, 'areas') }),
    ...(control_areas && { control_areas: codesOf(catalogue, control_areas, 'control_areas') }),
    ...(change.control_level && !control_areas && { control_areas: [] }),
    ...(control_areas?.length && change.control_level === undefined && { control_level: null }),
  }
}

/** Fails where the parts of a policy do not go together. */
export function requireSound(catalogue: Catalogue, plan: Plan): void {
  const { starts_on, ends_on, target_value, target_year } = plan
  const isTooEarly = target_year !== null && target_year < Number(starts_on.slice(0, 4))
  if (isTooEarly || (ends_on !== null && ends_on < starts_on)) throw failure('dates_reversed')
  if (target_value === null && target_year !== null) {
    throw invalid({ field: 'target_value', rule: 'required' })
  }
  if (plan.control_level !== null && plan.control_areas.length > 0) {
    throw failure('control_pool_twice')
  }
  requireApart(catalogue, [...plan.areas, ...plan.control_areas])
}

function codesOf(catalogue: Catalogue, names: readonly string[], field: string): string[] {
  const codes = names.map((name) => catalogue.resolveArea(name).code)
  const twice = codes.findIndex((code, n) => codes.indexOf(code) < n)
  if (twice >= 0) throw invalid({ field: `${field}.${twice}`, rule: 'uniqueItems' })
  return codes
}

/** An area within another would be counted twice, or be compared with itself. */
function requireApart(catalogue: Catalogue, codes: readonly string[]): void {
  const seen = new Set<string>()
  for (const code of codes) {
    if (seen.has(code)) throw overlap(catalogue, code, code)
    seen.add(code)
  }
  for (const code of codes) {
    const around = parentsOf(catalogue, code).find((parent) => seen.has(parent))
    if (around) throw overlap(catalogue, code, around)
  }
}

function parentsOf(catalogue: Catalogue, code: string): string[] {
  const parent = catalogue.areas.get(code)?.parent_code
  return parent ? [parent, ...parentsOf(catalogue, parent)] : []
}

function overlap(catalogue: Catalogue, code: string, other: string) {
  const nameOf = (each: string) => (catalogue.areas.get(each) as AreaRow).name_ja
  return failure('policy_areas_overlap', { area: nameOf(code), other: nameOf(other) })
}
