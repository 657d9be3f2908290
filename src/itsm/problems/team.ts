import type { Db } from '../../../db/tables.ts'

/** Who leads a team, or nobody. */
export async function leadOf(db: Db, teamId: string | null): Promise<string | null> {
  if (teamId === null) return null
  const team = await db
    .selectFrom('teams')
    .select('lead_id')
    .where('id', '=', teamId)
    .executeTakeFirst()
  return team?.lead_id ?? null
}
