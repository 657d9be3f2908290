import { shownNumber, widthOf } from '../../svg-text.ts'
import { colourOf, dashOf, ink, muted } from './colours.ts'
import { shownText } from './labels.ts'
import type { Chart, Series } from './model.ts'
import {
  type Box,
  fitted,
  headOf,
  namesBelow,
  namesBeside,
  namesOf,
  roomOf,
  type Size,
  sizes,
  textAt,
  valueAxis,
} from './svg-frame.ts'
import { type Block, block, type Ground, line } from './svg-marks.ts'
import { type Scale, scaleOf } from './svg-scale.ts'
import { type Bar, waterfallOf } from './waterfall.ts'

/** Marks past this number have no note of their own. */
const maxNotes = 1000

type Side = 'left' | 'right'

const dashes = { solid: '', dash: '8 4', dot: '2 3' }

/** Bars, lines and waterfalls along an axis of categories. */
export function drawAlong(chart: Chart, size: Size): string {
  const falls = chart.kind === 'waterfall' ? waterfallOf(chart) : null
  const names = falls?.labels ?? namesOf(chart)
  const scales = falls
    ? { left: scaleOf(falls.series.flat().flatMap(endsOf), true), right: null }
    : scalesOf(chart)
  const entries = chart.series.map(({ name }, at) => ({
    name: shownText(name),
    colour: colourOf(at),
  }))
  const head = headOf(chart, chart.legend_title || entries.length > 1 ? entries : [], size)
  const isLying = chart.kind === 'horizontal bar'
  const box = boxOf(head.bottom, size, scales, isLying ? names : null)
  const hasNotes = names.length * chart.series.length <= maxNotes
  const ground: Ground = { box, count: names.length, isLying, hasNotes }
  const blocks = falls ? fallBlocks(chart, falls.series, names) : barBlocks(chart, names)
  return [
    head.text,
    valueAxis(box, scales.left, isLying ? 'bottom' : 'left'),
    scales.right ? valueAxis(box, scales.right, 'right') : '',
    ...blocks.map(({ side, ...each }) => block(ground, scaleAt(scales, side), each)),
    ...linesOf(chart, ground, scales, names),
    baseLine(box, scales.left, isLying),
    isLying ? namesBeside(box, names) : namesBelow(box, names),
    ...titlesOf(chart, box, size),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

type Scales = { left: Scale; right: Scale | null }

const scaleAt = ({ left, right }: Scales, side: Side = 'left'): Scale =>
  side === 'right' ? (right ?? left) : left

function scalesOf({ kind, series }: Chart): Scales {
  const of = (side: Side) => {
    const some = series.filter((each) => (each.side ?? 'left') === side)
    const values = kind === 'stacked bar' ? stackEnds(some) : some.flatMap((each) => each.values)
    return scaleOf(
      values.filter((value) => value !== null),
      kind !== 'line',
    )
  }
  return { left: of('left'), right: kind === 'line&bar' ? of('right') : null }
}

const endsOf = (bar: Bar | null): number[] => (bar ? [bar.start, bar.end] : [])

function stackEnds(series: readonly Series[]): number[] {
  const sums: number[] = []
  for (const { values } of series) {
    for (const [at, value] of values.entries()) sums[at] = (sums[at] ?? 0) + (value ?? 0)
  }
  return sums
}

function boxOf(
  top: number,
  { width, height }: Size,
  { left, right }: Scales,
  beside: string[] | null,
) {
  const widest = beside && Math.max(...beside.map(widthOf)) * sizes.text + 20
  return {
    left: widest === null ? Math.max(40, roomOf(left)) : Math.min(widest, width * 0.35),
    top: top + 28,
    right: width - (right ? roomOf(right) : 24),
    bottom: height - 58,
  }
}

type Sided = Block & { side: Side }

function barBlocks({ kind, series }: Chart, names: readonly string[]): Sided[] {
  const bars = series
    .map((each, at) => ({ ...each, colour: colourOf(at) }))
    .filter((each) => each.kind === 'bar')
  const isStacked = kind === 'stacked bar'
  const sums = names.map(() => 0)
  return bars.flatMap(({ values, name, colour, side = 'left' }, part) =>
    values.flatMap((value, place): Sided[] => {
      if (value === null) return []
      const from = isStacked ? (sums[place] as number) : 0
      sums[place] = from + value
      const note = `${shownText(name)} ${names[place]}: ${shownNumber(value)}`
      const beside = isStacked ? { part: 0, parts: 1 } : { part, parts: bars.length }
      return [{ place, ...beside, from, to: from + value, colour, note, side }]
    }),
  )
}

function fallBlocks(
  { series }: Chart,
  falls: readonly (readonly (Bar | null)[])[],
  names: readonly string[],
): Sided[] {
  return falls.flatMap((bars, part) =>
    bars.flatMap((bar, place): Sided[] => {
      if (!bar) return []
      const { start, end, change, colour, kind } = bar
      const told = kind === 'change' ? `${change > 0 ? '+' : ''}${shownNumber(change)} → ` : ''
      const note = `${shownText(series[part]?.name ?? null)} ${names[place]}: ${told}${shownNumber(end)}`
      const { length: parts } = falls
      return [{ place, part, parts, from: start, to: end, colour, note, side: 'left' }]
    }),
  )
}

function linesOf({ series }: Chart, ground: Ground, scales: Scales, labels: string[]): string[] {
  return series.flatMap(({ kind, name, values, side }, at) => {
    if (kind !== 'line') return []
    const look = { colour: colourOf(at), dash: dashes[dashOf(at)], name: shownText(name), labels }
    return [line(ground, scaleAt(scales, side), values, look)]
  })
}

/** Where bars begin: at 0, or at the edge where 0 is not to be seen. */
function baseLine({ left, top, right, bottom }: Box, scale: Scale, isLying: boolean): string {
  const zero = scale.at(0)
  const path = isLying
    ? `M${left + zero * (right - left)} ${top}V${bottom}`
    : `M${left} ${bottom - zero * (bottom - top)}H${right}`
  return `<path d="${path}" stroke="${ink}"/>`
}

/** What stands upright is named above it, what lies below it. */
function titlesOf({ x_title, y_title, y_right_title }: Chart, box: Box, size: Size): string[] {
  const { left, top, right } = box
  const fill = ` fill="${muted}"`
  const half = (size.width - 32) / 2
  return [
    textAt(16, top - 12, fitted(shownText(y_title), half - 8), fill),
    textAt(
      (left + right) / 2,
      size.height - 10,
      fitted(shownText(x_title), right - left),
      `${fill} text-anchor="middle"`,
    ),
    y_right_title === undefined
      ? ''
      : textAt(
          size.width - 16,
          top - 12,
          fitted(shownText(y_right_title), half - 8),
          `${fill} text-anchor="end"`,
        ),
  ]
}
