import { expect, test } from 'vitest'
import { slaStatusOf } from '../../../src/itsm/sla/status.ts'

const at = '2026-01-05T03:00:00.000Z'
const before = '2026-01-05T02:59:59.999Z'
const after = '2026-01-05T03:00:00.001Z'

test.for([
  ['none', null, null, 'none'],
  ['cancelled', null, null, 'none'],
  ['paused', null, null, 'paused'],
  ['met', null, null, 'met'],
  ['breached', after, after, 'violated'],
  ['running', after, after, 'compliant'],
  ['running', null, null, 'compliant'],
  ['running', at, after, 'at_risk'],
  ['running', before, after, 'at_risk'],
  ['running', before, at, 'violated'],
  ['running', before, before, 'violated'],
  ['running', null, before, 'violated'],
] as const)('%s, at risk from %s, due at %s: %s', ([sla_phase, next_risk_at, next_due_at, is]) => {
  expect(slaStatusOf({ sla_phase, next_risk_at, next_due_at }, at)).toBe(is)
})
