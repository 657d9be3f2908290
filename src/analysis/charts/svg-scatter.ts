import { escaped, shownNumber } from '../../svg-text.ts'
import { colourOf, muted } from './colours.ts'
import { shownText } from './labels.ts'
import type { Chart } from './model.ts'
import { fitted, headOf, px, roomOf, type Size, textAt, valueAxis } from './svg-frame.ts'
import { scaleOf } from './svg-scale.ts'

/** Points past this number have no note of their own. */
const maxNotes = 1000

export function drawScatter(chart: Chart, size: Size): string {
  const { series, x_title, y_title } = chart
  const across = scaleOf(
    series.flatMap(({ x = [] }) => x),
    false,
  )
  const up = scaleOf(
    series.flatMap(({ values }) => values.filter((value) => value !== null)),
    false,
  )
  const entries = series.map(({ name }, at) => ({ name: shownText(name), colour: colourOf(at) }))
  const head = headOf(chart, chart.legend_title ? entries : [], size)
  const box = {
    left: Math.max(40, roomOf(up)),
    top: head.bottom + 28,
    right: size.width - 32,
    bottom: size.height - 44,
  }
  const count = series.reduce((sum, { values }) => sum + values.length, 0)
  const points = series.flatMap(({ name, values, x = [], labels = [] }, at) =>
    values.map((value, n) => {
      const cx = box.left + across.at(x[n] as number) * (box.right - box.left)
      const cy = box.bottom - up.at(value as number) * (box.bottom - box.top)
      const shape = `<circle cx="${px(cx)}" cy="${px(cy)}" r="4.5" fill="${colourOf(at)}" fill-opacity="0.85" stroke="#ffffff"`
      if (count > maxNotes) return `${shape}/>`
      const numbers = `${shownNumber(x[n] as number)}, ${shownNumber(value)}`
      const note = `${shownText(name)} ${shownText(labels[n] ?? '')}: ${numbers}`
      return `${shape}><title>${escaped(note)}</title></circle>`
    }),
  )
  const fill = ` fill="${muted}"`
  return [
    head.text,
    valueAxis(box, up, 'left'),
    valueAxis(box, across, 'bottom'),
    ...points,
    textAt(16, box.top - 12, fitted(shownText(y_title), size.width - 32), fill),
    textAt(
      (box.left + box.right) / 2,
      size.height - 8,
      fitted(shownText(x_title), box.right - box.left),
      `${fill} text-anchor="middle"`,
    ),
  ].join('\n')
}
