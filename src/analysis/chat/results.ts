import type { ChatResult } from '../../../schemas/analysis/chat.ts'
import { toPlotly } from '../charts/plotly.ts'
import type { Tables } from '../engine.ts'
import type { Outcome } from '../steps/evaluate.ts'
import { columnNames, readRows } from './reading.ts'

const shownRows = 50

/** What the summary steps give that work, in their order. */
export async function chatResults(
  tables: Tables,
  outcomes: readonly Outcome[],
): Promise<ChatResult[]> {
  const results: ChatResult[] = []
  for (const { step, error, formulas, chart, table } of outcomes) {
    if (step.type !== 'summary' || error) continue
    results.push({
      step_id: step.step_id,
      step_name: step.name,
      result_formula: formulas,
      result_chart: chart && toPlotly(chart),
      result_table: table && (await tableOf(tables, table)),
    })
  }
  return results
}

async function tableOf(tables: Tables, { name, relation }: NonNullable<Outcome['table']>) {
  const records = await readRows(tables, relation, { skip: 0, limit: shownRows })
  return { name, columns: columnNames(relation), row_count: relation.row_count, records }
}
