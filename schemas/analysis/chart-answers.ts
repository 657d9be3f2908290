import { type Static, Type } from '@sinclair/typebox'
import { Id, oneOf } from '../common.ts'

const snapshot_id = Type.Optional(
  Type.String({ ...Id, description: 'A snapshot of the session; by default the current one.' }),
)

export const ChartQuery = Type.Object({
  format: Type.Optional(
    Type.Unsafe<'plotly' | 'chartjs'>({
      ...oneOf('plotly', 'chartjs'),
      default: 'plotly',
      description: 'What the answer is for: plotly.js 2 or later, or Chart.js 4.',
    }),
  ),
  snapshot_id,
})
export type ChartQuery = Static<typeof ChartQuery>

const side = { minimum: 200, maximum: 2000 }

export const ChartPictureQuery = Type.Object({
  width: Type.Optional(Type.Integer({ ...side, default: 800, description: 'In pixels.' })),
  height: Type.Optional(Type.Integer({ ...side, default: 480, description: 'In pixels.' })),
  snapshot_id,
})
export type ChartPictureQuery = Static<typeof ChartPictureQuery>

/** The formats are those of two libraries, which say more about them than a schema could. */
export const ChartFigure = Type.Object(
  {},
  {
    $id: 'ChartFigure',
    additionalProperties: true,
    description:
      '`plotly`: `{data, layout}` for `Plotly.newPlot`. `chartjs`: `{type, data, options}` for `new Chart`.',
    examples: [
      {
        data: [{ type: 'bar', name: '売上', x: ['2023', '2024'], y: [1200, 1500] }],
        layout: { title: { text: '売上の推移' } },
      },
    ],
  },
)

export const chartAnswerSchemas = [ChartFigure] as const
