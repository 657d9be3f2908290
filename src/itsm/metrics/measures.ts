import type { MetricFigures, TargetShare } from '../../../schemas/itsm/metrics.ts'
import type { Pause } from '../../slices.ts'
import { createSamples, type Samples, spreadOf } from './percentiles.ts'

type Outcome = 0 | 1 | null

export type Opened = { major: 0 | 1 }
export type Responded = { response_s: number | null }
export type Outcomes = { response_met: Outcome; resolution_met: Outcome }
export type Resolved = Outcomes & {
  resolution_s: number | null
  reopen_count: number
  reassignment_count: number
}

/** What is counted of one period and group. */
export type Cell = ReturnType<typeof createCell>

export function createCell() {
  const counts = { opened: 0, major: 0, responded: 0, resolved: 0, first_contact: 0, reopened: 0 }
  const outcomes = { response: [0, 0], resolution: [0, 0], both: [0, 0] } as Record<
    'response' | 'resolution' | 'both',
    [breached: number, met: number]
  >
  const spreads = {
    mtta: { clock: createSamples(), business: createSamples() },
    mttr: { clock: createSamples(), business: createSamples() },
  }

  function count(target: keyof typeof outcomes, outcome: Outcome): void {
    if (outcome !== null) outcomes[target][outcome] += 1
  }

  /** The outcomes of the targets of one that was resolved. */
  function settle({ response_met, resolution_met }: Outcomes): void {
    count('response', response_met)
    count('resolution', resolution_met)
    const isWhole = response_met !== null && resolution_met !== null
    if (isWhole) count('both', response_met && resolution_met)
  }

  return {
    counts,
    outcomes,
    spreads,
    open({ major }: Opened): void {
      counts.opened += 1
      counts.major += major
    },
    /** One that was answered `seconds` after it was opened. */
    respond(seconds: number, { response_s }: Responded): void {
      counts.responded += 1
      spreads.mtta.clock.add(seconds)
      if (response_s !== null) spreads.mtta.business.add(response_s)
    },
    /** One that was resolved `seconds` after it was opened. */
    resolve(seconds: number, incident: Resolved): void {
      const { resolution_s } = incident
      counts.resolved += 1
      if (incident.reopen_count > 0) counts.reopened += 1
      else if (incident.reassignment_count === 0) counts.first_contact += 1
      spreads.mttr.clock.add(seconds)
      if (resolution_s !== null) spreads.mttr.business.add(resolution_s)
      settle(incident)
    },
    settle,
  }
}

/** The figures of what was counted; a share or a duration of none is null. */
export async function figuresOf(
  { counts, outcomes, spreads }: Cell,
  backlog: number,
  pause: Pause,
): Promise<MetricFigures> {
  const { opened, major, resolved, first_contact, reopened } = counts
  // Sorting a hundred thousand values takes a while, and there are four lots of them.
  const both = async ({ clock, business }: Record<'clock' | 'business', Samples>) => {
    await pause()
    const spread = spreadOf(clock)
    await pause()
    return { clock: spread, business: spreadOf(business) }
  }
  return {
    ...counts,
    major_share: share(major, opened),
    mtta: await both(spreads.mtta),
    mttr: await both(spreads.mttr),
    fcr: share(first_contact, resolved),
    sla: slaOf({ outcomes }),
    reopen_rate: share(reopened, resolved),
    backlog,
  }
}

export function slaOf({ outcomes }: Pick<Cell, 'outcomes'>): MetricFigures['sla'] {
  return {
    response: targetOf(outcomes.response),
    resolution: targetOf(outcomes.resolution),
    both: targetOf(outcomes.both),
  }
}

function targetOf([breached, met]: [number, number]): TargetShare {
  return { met, breached, rate: share(met, met + breached) }
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
