import type { Routes } from '../../src/fastify.ts'
import { incidentBulk } from './incident-bulk.ts'
import { incidentEndings } from './incident-endings.ts'
import { incidentFiles } from './incident-files.ts'
import { incidentImports } from './incident-imports.ts'
import { incidentLinks } from './incident-links.ts'
import { incidentList } from './incident-list.ts'
import { incidentMoves } from './incident-moves.ts'
import { incidentSearches } from './incident-searches.ts'
import { incidents } from './incidents.ts'
import { itsmSettings } from './itsm-settings.ts'
import { workNotes } from './work-notes.ts'

export const itsm: Routes = async (app) => {
  app.register(incidents, { prefix: '/incidents' })
  app.register(incidentMoves, { prefix: '/incidents' })
  app.register(incidentEndings, { prefix: '/incidents' })
  app.register(incidentBulk, { prefix: '/incidents' })
  app.register(incidentList, { prefix: '/incidents' })
  app.register(incidentSearches, { prefix: '/incidents/searches' })
  app.register(incidentFiles, { prefix: '/incidents' })
  app.register(incidentImports, { prefix: '/incidents' })
  app.register(workNotes, { prefix: '/incidents/:id/work-notes' })
  app.register(incidentLinks, { prefix: '/incidents/:id/links' })
  app.register(itsmSettings, { prefix: '/itsm/settings' })
}
