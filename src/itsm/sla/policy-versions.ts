import type { Db, Trx } from '../../../db/tables.ts'
import type { PolicyDefinition, SlaPolicyChange } from '../../../schemas/itsm/sla.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import { paginate } from '../../page.ts'

/** What a policy does that says no more than its targets. */
export const usualDefinition: Omit<PolicyDefinition, 'targets'> = {
  thresholds: { percent: 75, minutes_before: 30 },
  conditions: { categories: [], team_ids: [], priorities: [], tags: [] },
  raise_priority_on: null,
  notify: ['assignee', 'team_lead', 'manager'],
  rules: { on_priority_change: 'new_target', on_reopen: 'continue', first_response: 'either' },
}

/** What a change makes of a definition; of thresholds, conditions and rules what is not sent stays. */
export function definitionOf(before: PolicyDefinition, change: SlaPolicyChange): PolicyDefinition {
  const {
    targets = before.targets,
    raise_priority_on = before.raise_priority_on,
    notify = before.notify,
  } = change
  return {
    targets,
    thresholds: { ...before.thresholds, ...change.thresholds },
    conditions: { ...before.conditions, ...change.conditions },
    raise_priority_on,
    notify,
    rules: { ...before.rules, ...change.rules },
  }
}

export async function addVersion(
  trx: Trx,
  { id, version, calendar_id }: { id: string; version: number; calendar_id: string },
  definition: PolicyDefinition,
  at: string,
): Promise<void> {
  await trx
    .insertInto('sla_policy_versions')
    .values({
      policy_id: id,
      version,
      valid_from: at,
      calendar_id,
      definition: JSON.stringify(definition),
    })
    .execute()
}

export async function versionsOf(db: Db, id: string, page: PageQuery) {
  const query = db
    .selectFrom('sla_policy_versions')
    .select(['version', 'valid_from', 'calendar_id', 'definition'])
    .where('policy_id', '=', id)
    .orderBy('version', 'desc')
  const { versions, ...rest } = await paginate(query, page, 'versions')
  return {
    versions: versions.map(({ definition, ...row }) => ({
      ...row,
      ...(JSON.parse(definition) as PolicyDefinition),
    })),
    ...rest,
  }
}
