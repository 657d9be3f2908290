import { accounts } from './accounts.ts'
import { analysis } from './analysis.ts'
import type { Area, Case } from './cases.ts'
import { changeAreas } from './changes.ts'
import { content } from './content.ts'
import { deskAreas } from './desk.ts'
import { driverTrees } from './driver-trees.ts'
import { incidentAreas } from './incidents.ts'
import { problemAreas } from './problems.ts'
import { projects } from './projects.ts'
import { statistics } from './statistics.ts'
import { system } from './system.ts'

/** Every area; a new operation has its case in the table of its own. */
export const areas: readonly Area[] = [
  ...system,
  ...accounts,
  ...content,
  ...statistics,
  ...incidentAreas,
  ...problemAreas,
  ...changeAreas,
  ...deskAreas,
  ...projects,
  ...analysis,
  ...driverTrees,
]

/** Each case with its area, by the name of its operation. */
export const cases: ReadonlyMap<string, { area: Area; of: Case }> = new Map(
  areas.flatMap((area) =>
    Object.entries(area.cases).map(([name, of]) => [name, { area, of }] as const),
  ),
)
