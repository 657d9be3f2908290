import type { Routes } from '../../src/fastify.ts'
import { incidentKnownErrors } from './incident-known-errors.ts'
import { knownErrors } from './known-errors.ts'
import { problemFigures } from './problem-figures.ts'
import { problemFindings } from './problem-findings.ts'
import { problemLinks } from './problem-links.ts'
import { problemMoves } from './problem-moves.ts'
import { problemRca } from './problem-rca.ts'
import { problems } from './problems.ts'

export const itsm: Routes = async (app) => {
  app.register(problemFigures, { prefix: '/problems' })
  app.register(problems, { prefix: '/problems' })
  app.register(problemMoves, { prefix: '/problems' })
  app.register(problemLinks, { prefix: '/problems' })
  app.register(problemRca, { prefix: '/problems' })
  app.register(problemFindings, { prefix: '/problems' })
  app.register(knownErrors, { prefix: '/known-errors' })
  app.register(incidentKnownErrors, { prefix: '/incidents' })
}
