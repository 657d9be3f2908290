import type { Routes } from '../../src/fastify.ts'
import { refuseUnknownQueries } from '../../src/itsm/queries.ts'
import { cabBoards } from './cab-boards.ts'
import { cabMeetings } from './cab-meetings.ts'
import { changeCalendar } from './change-calendar.ts'
import { changeDetails } from './change-details.ts'
import { changeMoves } from './change-moves.ts'
import { changeRates } from './change-rates.ts'
import { changeResults } from './change-results.ts'
import { changeTaskMoves } from './change-task-moves.ts'
import { changeTasks } from './change-tasks.ts'
import { changeTemplates } from './change-templates.ts'
import { changeVotes } from './change-votes.ts'
import { changeWindows } from './change-windows.ts'
import { changes } from './changes.ts'
import { cis } from './cis.ts'
import { dashboard } from './dashboard.ts'
import { incidentBulk } from './incident-bulk.ts'
import { incidentEndings } from './incident-endings.ts'
import { incidentFiles } from './incident-files.ts'
import { incidentImports } from './incident-imports.ts'
import { incidentKnownErrors } from './incident-known-errors.ts'
import { incidentLinks } from './incident-links.ts'
import { incidentList } from './incident-list.ts'
import { incidentMoves } from './incident-moves.ts'
import { incidentPast } from './incident-past.ts'
import { incidentSearches } from './incident-searches.ts'
import { incidentSla } from './incident-sla.ts'
import { incidents } from './incidents.ts'
import { itsmSettings } from './itsm-settings.ts'
import { knownErrors } from './known-errors.ts'
import { metrics } from './metrics.ts'
import { problemFigures } from './problem-figures.ts'
import { problemFindings } from './problem-findings.ts'
import { problemLinks } from './problem-links.ts'
import { problemMoves } from './problem-moves.ts'
import { problemRca } from './problem-rca.ts'
import { problems } from './problems.ts'
import { slaPolicies } from './sla.ts'
import { slaCalendars } from './sla-calendars.ts'
import { teams } from './teams.ts'
import { webhookDeliveries } from './webhook-deliveries.ts'
import { webhooks } from './webhooks.ts'
import { workNotes } from './work-notes.ts'

export const itsm: Routes = async (app) => {
  refuseUnknownQueries(app)
  app.register(incidents, { prefix: '/incidents' })
  app.register(incidentList, { prefix: '/incidents' })
  app.register(incidentSearches, { prefix: '/incidents/searches' })
  app.register(incidentPast, { prefix: '/incidents' })
  app.register(incidentMoves, { prefix: '/incidents' })
  app.register(incidentEndings, { prefix: '/incidents' })
  app.register(incidentBulk, { prefix: '/incidents' })
  app.register(incidentFiles, { prefix: '/incidents' })
  app.register(incidentImports, { prefix: '/incidents' })
  app.register(incidentLinks, { prefix: '/incidents/:id/links' })
  app.register(workNotes, { prefix: '/incidents/:id/work-notes' })
  app.register(incidentSla, { prefix: '/incidents' })
  app.register(incidentKnownErrors, { prefix: '/incidents' })
  app.register(slaPolicies, { prefix: '/sla/policies' })
  app.register(slaCalendars, { prefix: '/sla' })
  app.register(problems, { prefix: '/problems' })
  app.register(problemFigures, { prefix: '/problems' })
  app.register(problemMoves, { prefix: '/problems' })
  app.register(problemLinks, { prefix: '/problems' })
  app.register(problemRca, { prefix: '/problems' })
  app.register(problemFindings, { prefix: '/problems' })
  app.register(knownErrors, { prefix: '/known-errors' })
  app.register(changes, { prefix: '/changes' })
  app.register(changeDetails, { prefix: '/changes' })
  app.register(changeMoves, { prefix: '/changes' })
  app.register(changeResults, { prefix: '/changes' })
  app.register(changeTasks, { prefix: '/changes' })
  app.register(changeTaskMoves, { prefix: '/changes' })
  app.register(changeVotes, { prefix: '/changes' })
  app.register(changeCalendar, { prefix: '/changes' })
  app.register(changeRates, { prefix: '/changes/rates' })
  app.register(changeTemplates, { prefix: '/change-templates' })
  app.register(changeWindows, { prefix: '/change-windows' })
  app.register(cabBoards, { prefix: '/cab/boards' })
  app.register(cabMeetings, { prefix: '/cab/meetings' })
  app.register(cis, { prefix: '/cis' })
  app.register(teams, { prefix: '/teams' })
  app.register(metrics, { prefix: '/itsm/metrics' })
  app.register(dashboard, { prefix: '/dashboard' })
  app.register(itsmSettings, { prefix: '/itsm/settings' })
  app.register(webhooks, { prefix: '/itsm/webhooks' })
  app.register(webhookDeliveries, { prefix: '/itsm/webhooks' })
}
