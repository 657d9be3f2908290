import { type Static, type TObject, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { AxisName, ColumnName, SubjectName } from './common.ts'

const base = {
  title: Type.Optional(Type.String({ maxLength: 200, description: 'Above the chart.' })),
  x_title: Type.Optional(Type.String({ maxLength: 100 })),
  y_title: Type.Optional(Type.String({ maxLength: 100 })),
}

const legend = {
  legend_axis: Type.Optional(
    nullable({ ...ColumnName, description: 'An axis or `科目`: a colour each.' }),
  ),
}
const axis = { ...ColumnName, description: 'An axis, or `科目`.', examples: ['年度'] }
const value = { ...ColumnName, description: '`値`.', examples: ['値'] }
const side = oneOf('bar', 'line')

const kind = <Name extends string, Properties extends TObject['properties']>(
  name: Name,
  $id: string,
  properties: Properties,
) =>
  Type.Object(
    { graph_type: Type.Literal(name), ...properties, ...base },
    { $id, additionalProperties: false },
  )

/** By `graph_type`. */
export const chartConfigs = {
  scatter: kind('scatter', 'ScatterConfig', {
    x_subject: SubjectName,
    y_subject: SubjectName,
    point_axis: Type.Optional(
      nullable({ ...AxisName, description: 'What a point is called; by default all axes.' }),
    ),
    ...legend,
  }),
  bar: kind('bar', 'BarConfig', { x_axis: axis, y_axis: value, ...legend }),
  'horizontal bar': kind('horizontal bar', 'HorizontalBarConfig', {
    x_axis: value,
    y_axis: axis,
    ...legend,
  }),
  line: kind('line', 'LineConfig', { x_axis: axis, y_axis: value, ...legend }),
  'stacked bar': kind('stacked bar', 'StackedBarConfig', {
    x_axis: axis,
    y_axis: value,
    stack_axis: axis,
  }),
  'line&bar': kind('line&bar', 'LineBarConfig', {
    x_axis: axis,
    y_left_subject: SubjectName,
    y_left_type: side,
    y_right_subject: SubjectName,
    y_right_type: side,
    ...legend,
  }),
  waterfall: kind('waterfall', 'WaterfallConfig', {
    x_axis: axis,
    y_axis: value,
    measure_type: {
      ...oneOf('relative', 'absolute'),
      description:
        '`relative`: values are changes; `absolute`: they are levels, and bars show the changes between them.',
    },
    base_value: Type.Optional(Type.Number({ default: 0 })),
    show_total: Type.Optional(Type.Boolean({ default: true })),
    total_label: Type.Optional(Type.String({ maxLength: 100, default: '合計' })),
    ...legend,
  }),
  pie: kind('pie', 'PieConfig', { value_axis: value, legend_axis: axis }),
}
export type GraphType = keyof typeof chartConfigs
export type ChartConfig = { [Name in GraphType]: Static<(typeof chartConfigs)[Name]> }[GraphType]

export const graphTypes = Object.keys(chartConfigs) as GraphType[]

export const chartConfigSchemas = Object.values(chartConfigs)
