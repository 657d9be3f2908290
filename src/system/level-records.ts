import type { Insertable } from 'kysely'
import type { Db, Tables, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Lifecycle } from '../lifecycle.ts'
import { counted, type Levels, type Stretch, stretchMs, type Tally } from './levels.ts'

type LevelRow = Insertable<Tables['service_levels']>

const everyMs = 20_000
const minuteMs = 60_000
const dayMs = 86_400_000
const japanMs = 9 * 3_600_000

/** Minutes and hours show what burns now; days in Japan are kept for the longest window there is. */
const grains = [
  { seconds: 300, keptDays: 1 },
  { seconds: 3600, keptDays: 4 },
  { seconds: 86_400, keptDays: 92 },
] as const

/** Not an area: how many minutes were up stands in the same sums, so that nobody has to count them. */
export const upMinutes = 'up'

/** The day in Japan, where a day begins on the hour of UTC too. */
export function dayOf(at: number): string {
  return new Date(at + japanMs).toISOString().slice(0, 10)
}

export function startOfDay(day: string): number {
  return Date.parse(day) - japanMs
}

export function minuteOf(at: number): number {
  return at - (at % minuteMs)
}

/** Writes down every twenty seconds what there is to say of this instance, and at its end the rest. */
export function startRecording(
  db: Db,
  levels: Levels,
  lifecycle: Lifecycle,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let writing: Promise<unknown> = Promise.resolve()
  const write = () => {
    const isUp = lifecycle.phase() === 'ready'
    writing = writing.then(() => recordLevels(db, levels, isUp)).catch(onError)
    return writing
  }
  void write()
  const timer = setInterval(write, everyMs)
  return async function stop() {
    clearInterval(timer)
    await write()
  }
}

/**
 * Adds what this instance has counted to what all of them have, and notes the minute where it is up.
 * What cannot be written is kept for the next time; of an answer that got lost it is counted twice.
 */
export async function recordLevels(
  db: Db,
  levels: Levels,
  isUp: boolean,
  at = Date.now(),
): Promise<void> {
  const stretches = levels.take()
  try {
    await transact(db, async (trx) => {
      const isNew = isUp && (await noteMinute(trx, at))
      const rows = rowsOf(isNew ? [...stretches, upAt(at)] : stretches)
      if (rows.length === 0) return
      await trx
        .insertInto('service_levels')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(['seconds', 'starts_at', 'area'])
            .doUpdateSet((eb) =>
              Object.fromEntries(
                counted.map((name) => [
                  name,
                  eb(`service_levels.${name}`, '+', eb.ref(`excluded.${name}`)),
                ]),
              ),
            ),
        )
        .execute()
    })
  } catch (error) {
    levels.giveBack(stretches)
    throw error
  }
}

/** Of all instances and times one is the first to note a minute. */
async function noteMinute(trx: Trx, at: number): Promise<boolean> {
  const row = await trx
    .insertInto('service_minutes')
    .values({ minute: new Date(minuteOf(at)).toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .returning('minute')
    .executeTakeFirst()
  return row !== undefined
}

function upAt(at: number): Stretch {
  const tally = counted.map((name) => (name === 'requests' ? 1 : 0))
  return { startsAt: at - (at % stretchMs), tallies: new Map([[upMinutes, tally]]) }
}

/** Each stretch in all grains; in one order, so that instances never wait for each other in a ring. */
function rowsOf(stretches: Stretch[]): LevelRow[] {
  const sums = new Map<string, { startsAt: number; seconds: number; area: string; tally: Tally }>()
  for (const { startsAt: at, tallies } of stretches) {
    for (const { seconds } of grains) {
      const startsAt = at - ((at + japanMs) % (seconds * 1000))
      for (const [area, tally] of tallies) {
        const key = `${seconds} ${startsAt} ${area}`
        const known = sums.get(key)?.tally ?? counted.map(() => 0)
        const sum = known.map((each, n) => each + (tally[n] as number))
        sums.set(key, { startsAt, seconds, area, tally: sum })
      }
    }
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { startsAt, seconds, area, tally }]) => ({
      seconds,
      starts_at: new Date(startsAt).toISOString(),
      area,
      day: dayOf(startsAt),
      ...countsOf(tally),
    }))
}

function countsOf(tally: Tally) {
  return Object.fromEntries(counted.map((name, n) => [name, tally[n]])) as Record<
    (typeof counted)[number],
    number
  >
}

/** Forgets what no window reaches any more. */
export async function forgetLevels(db: Db, at = Date.now()): Promise<void> {
  const before = (days: number) => new Date(at - days * dayMs).toISOString()
  for (const { seconds, keptDays } of grains) {
    await db
      .deleteFrom('service_levels')
      .where('seconds', '=', seconds)
      .where('starts_at', '<', before(keptDays))
      .execute()
  }
  await db.deleteFrom('service_minutes').where('minute', '<', before(grains[2].keptDays)).execute()
}
