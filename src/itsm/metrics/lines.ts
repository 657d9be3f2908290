import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { chartType, type ItsmChart } from '../../../schemas/itsm/metrics-answers.ts'
import { toCsv } from '../../exports.ts'
import { dispositionOf } from '../../file-names.ts'

type Row = Record<string, unknown>
type Format = 'json' | 'chartjs' | 'csv'

/** One answer, and how it looks in the formats that its route has. */
export type Shapes<Body> = {
  body: Body
  chart: (body: Body) => ItsmChart
  /** Its rows for CSV. */
  rows: (body: Body) => readonly object[]
}

/** Answers figures in the format that is asked for. */
export async function sendFigures<Body>(
  reply: FastifyReply,
  format: Format,
  name: string,
  { body, chart, rows }: Shapes<Body>,
): Promise<FastifyReply> {
  if (format === 'json') return reply.send(body)
  if (format === 'chartjs') return reply.type(chartType).send(chart(body))
  const lines = rows(body).map((row) => flat(row as Row))
  const columns = Object.keys(lines[0] ?? {})
  return reply
    .header('content-disposition', dispositionOf('attachment', `${name}.csv`))
    .type('text/csv; charset=utf-8')
    .send(toCsv(Readable.from(lines), columns))
}

/** `{ mttr: { clock: { mean_s } } }` as `mttr_clock_mean_s`, and each band as `ageing_1-3d`. */
export function flat(row: Row, prefix = ''): Row {
  const cells: Row = {}
  for (const [name, value] of Object.entries(row)) {
    const path = prefix + name
    if (name === 'group') {
      const { id = null, name: label = null } = Object(value)
      Object.assign(cells, { group_id: id, group_name: label })
    } else if (Array.isArray(value)) {
      for (const { band, count } of value) cells[`${path}_${band}`] = count
    } else if (value && typeof value === 'object')
      Object.assign(cells, flat(value as Row, `${path}_`))
    else cells[path] = value
  }
  return cells
}
