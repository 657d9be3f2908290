import { createHash } from 'node:crypto'
import type { ChartPictureQuery, ChartQuery } from '../../../schemas/analysis/chart-answers.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { stepOf } from '../steps/edit.ts'
import { openSession, withOutcomes } from '../steps/open.ts'
import { toChartJs } from './chartjs.ts'
import type { Chart } from './model.ts'
import { toPlotly } from './plotly.ts'
import { toSvg } from './svg.ts'

type Asked = Pick<Deps, 'db' | 'engine'>

/** What is sent, and a tag that is the same for the same. */
export type ChartAnswer = { text: string; etag: string }

/**
 * The chart of a summary for one of the libraries, as JSON. Fails with 404 where there is none, and as the
 * step itself where it fails.
 */
export async function readFigure(
  deps: Asked,
  caller: Caller,
  params: { session_id: string; step_id: string },
  { format = 'plotly', snapshot_id }: ChartQuery,
): Promise<ChartAnswer> {
  const chart = await openChart(deps, caller, params, snapshot_id)
  return tagged(JSON.stringify(format === 'chartjs' ? toChartJs(chart) : toPlotly(chart)))
}

/** The chart of a summary as SVG; fails as `readFigure`. */
export async function drawFigure(
  deps: Asked,
  caller: Caller,
  params: { session_id: string; step_id: string },
  { width = 800, height = 480, snapshot_id }: ChartPictureQuery,
): Promise<ChartAnswer> {
  return tagged(toSvg(await openChart(deps, caller, params, snapshot_id), { width, height }))
}

async function openChart(
  deps: Asked,
  caller: Caller,
  { session_id, step_id }: { session_id: string; step_id: string },
  snapshotId?: string,
): Promise<Chart> {
  const opened = await openSession(deps, caller, session_id, snapshotId)
  const { step_id: id, name } = stepOf(opened.draft, step_id)
  const outcome = await withOutcomes(deps, opened, async (_tables, outcomes) =>
    outcomes.find(({ step }) => step.step_id === id),
  )
  if (outcome?.error) throw outcome.error
  if (!outcome?.chart) throw failure('analysis_chart_not_found', { name })
  return outcome.chart
}

const tagged = (text: string): ChartAnswer => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
})
