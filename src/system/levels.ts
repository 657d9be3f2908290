import type { LevelCounts } from '../../db/tables/system.ts'
import type { ServiceArea } from '../../schemas/service-levels.ts'
import type { JobOutcome } from '../job-runs.ts'

/** The steps of the histogram, in milliseconds; what took longer than the last is `slower`. */
export const steps = [5, 10, 25, 50, 100, 200, 500, 1000, 2500, 10_000] as const

/** The columns of a record, in the order of a tally. */
export const counted = [
  'requests',
  'failures',
  ...steps.map((step) => `within_${step}` as const),
  'slower',
] as const satisfies (keyof LevelCounts)[]

/** A number for each of `counted`. */
export type Tally = number[]

/** What happened in five minutes, by area. */
export type Stretch = { startsAt: number; tallies: Map<string, Tally> }

export type Levels = ReturnType<typeof createLevels>

declare module '../fastify.ts' {
  interface Deps {
    levels: Levels
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For which area its requests count in the service's own records. */
    area?: ServiceArea
  }
}

export const stretchMs = 300_000

/** Counts how requests and jobs of this instance went, until somebody takes the counts away. */
export function createLevels(clock: () => number = Date.now) {
  let current = stretchAt(clock())
  let ended: Stretch[] = []

  /** The clock may step back: then an earlier stretch goes on. */
  function turn(at: number): void {
    if (current.tallies.size > 0) ended.push(current)
    current = stretchAt(at)
  }

  function count(area: string, isFailure: boolean, ms: number): void {
    const since = clock() - current.startsAt
    if (since >= stretchMs || since < 0) turn(clock())
    let tally = current.tallies.get(area)
    if (!tally) {
      tally = counted.map(() => 0)
      current.tallies.set(area, tally)
    }
    const place = stepOf(ms) + 2
    tally[0] = (tally[0] as number) + 1
    if (isFailure) tally[1] = (tally[1] as number) + 1
    tally[place] = (tally[place] as number) + 1
  }

  return {
    countRequest: (area: ServiceArea, status: number, ms: number): void =>
      count(area, status >= 500, ms),
    /** Only what ended counts: done or given up. */
    countJob(outcome: JobOutcome, seconds: number): void {
      if (outcome === 'succeeded' || outcome === 'failed')
        count('jobs', outcome === 'failed', seconds * 1000)
    },
    /** Everything since the last time; whoever takes it keeps it, or gives it back. */
    take(): Stretch[] {
      turn(clock())
      const taken = ended
      ended = []
      return taken
    },
    giveBack(stretches: Stretch[]): void {
      ended = [...stretches, ...ended]
    },
  }
}

function stretchAt(at: number): Stretch {
  return { startsAt: at - (at % stretchMs), tallies: new Map() }
}

function stepOf(ms: number): number {
  let step = 0
  while (step < steps.length && ms > (steps[step] as number)) step += 1
  return step
}

/**
 * The value below which the share `q` of a tally lies, taking those of a step to be spread evenly
 * over it; the last step where it lies beyond.
 */
export function quantileOf(tally: Tally, q: number): number | null {
  const sizes = tally.slice(2)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total === 0) return null
  let below = 0
  for (const [n, step] of steps.entries()) {
    const size = sizes[n] as number
    if (size > 0 && below + size >= q * total) {
      const floor = n === 0 ? 0 : (steps[n - 1] as number)
      return floor + ((step - floor) * (q * total - below)) / size
    }
    below += size
  }
  return steps.at(-1) as number
}
