import type { Engine } from './analysis/engine.ts'
import { removeSessions } from './analysis/sessions/removal.ts'
import { sessionsUsing } from './analysis/sessions/usage.ts'
import { removeTrees } from './driver-tree/trees/removal.ts'
import { treesUsing } from './driver-tree/trees/usage.ts'
import type { ProjectParts } from './projects/parts.ts'

/** What other areas keep in a project. */
export function createProjectParts(engine: Pick<Engine, 'forget'>): ProjectParts {
  return {
    usesOf: [treesUsing, sessionsUsing],
    removals: [removeTrees, (db, projectId) => removeSessions(engine, db, projectId)],
  }
}
