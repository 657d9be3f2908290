import { describe, expect, test } from 'vitest'
import { createCell, figuresOf as figuresIn } from '../../../src/itsm/metrics/measures.ts'
import { createPause } from '../../../src/slices.ts'

const figuresOf = (cell: ReturnType<typeof createCell>, backlog: number) =>
  figuresIn(cell, backlog, createPause())

const incident = {
  resolution_s: 1800,
  response_met: 1,
  resolution_met: 1,
  reopen_count: 0,
  reassignment_count: 0,
} as const

describe('measures', () => {
  test('of nothing are null, and counts 0', async () => {
    const none = { count: 0, mean_s: null, median_s: null, p90_s: null }
    const target = { met: 0, breached: 0, rate: null }
    expect(await figuresOf(createCell(), 0)).toEqual({
      opened: 0,
      major: 0,
      major_share: null,
      responded: 0,
      resolved: 0,
      mtta: { clock: none, business: none },
      mttr: { clock: none, business: none },
      first_contact: 0,
      fcr: null,
      sla: { response: target, resolution: target, both: target },
      reopened: 0,
      reopen_rate: null,
      backlog: 0,
    })
  })

  test('worked: four resolved, one reopened, one reassigned, one breached, one without a policy', async () => {
    const cell = createCell()
    cell.resolve(3600, incident)
    cell.resolve(7200, { ...incident, reopen_count: 2 })
    cell.resolve(3600, {
      ...incident,
      reassignment_count: 1,
      resolution_met: 0,
      resolution_s: 5400,
    })
    cell.resolve(3600, {
      ...incident,
      response_met: null,
      resolution_met: null,
      resolution_s: null,
    })
    expect(await figuresOf(cell, 3)).toMatchObject({
      resolved: 4,
      first_contact: 2,
      fcr: 0.5,
      reopened: 1,
      reopen_rate: 0.25,
      mttr: {
        clock: { count: 4, mean_s: 4500, median_s: 3600, p90_s: 6120 },
        business: { count: 3, mean_s: 3000, median_s: 1800, p90_s: 4680 },
      },
      sla: {
        response: { met: 3, breached: 0, rate: 1 },
        resolution: { met: 2, breached: 1, rate: 2 / 3 },
        both: { met: 2, breached: 1, rate: 2 / 3 },
      },
      backlog: 3,
    })
  })

  test('worked: response by the clock and as the SLA counts it', async () => {
    const cell = createCell()
    cell.respond(600, { response_s: 0 })
    cell.respond(1200.5, { response_s: null })
    expect((await figuresOf(cell, 0)).mtta).toEqual({
      clock: { count: 2, mean_s: 900.25, median_s: 900.25, p90_s: 1140.45 },
      business: { count: 1, mean_s: 0, median_s: 0, p90_s: 0 },
    })
  })

  test('share of major ones is of those opened', async () => {
    const cell = createCell()
    for (const major of [1, 0, 0, 0] as const) cell.open({ major })
    expect(await figuresOf(cell, 0)).toMatchObject({ opened: 4, major: 1, major_share: 0.25 })
  })
})
