import { expect, test } from 'vitest'
import { progressOf } from '../../src/statistics/policy/tracking.ts'

test.for([
  [{ baseline: 100, current: 140, target: 200, direction: 'up' }, 40],
  [{ baseline: 100, current: 90, target: 200, direction: 'up' }, -10],
  [{ baseline: 100, current: 250, target: 200, direction: 'up' }, 150],
  [{ baseline: 100, current: 80, target: 50, direction: 'down' }, 40],
  [{ baseline: 100, current: 110, target: 50, direction: 'down' }, -20],
  // It shrank towards a floor that it was to stay above.
  [{ baseline: 100, current: 95, target: 90, direction: 'up' }, 100],
  [{ baseline: 100, current: 89, target: 90, direction: 'up' }, 0],
  [{ baseline: 100, current: 100, target: 100, direction: 'down' }, 100],
  [{ baseline: -0.4, current: -0.2, target: 0, direction: 'up' }, 50],
  [{ baseline: 1.33, current: 1.36, target: 1.39, direction: 'up' }, 50],
] as const)('progress of %j is %f %%', ([way, progress]) => {
  expect(progressOf(way)).toBe(progress)
})
