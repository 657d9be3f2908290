import { escaped, shownNumber, widthOf } from '../../svg-text.ts'
import { colourOf, muted, readableOn } from './colours.ts'
import type { Chart, Series } from './model.ts'
import { fitted, headOf, namesOf, px, type Size, sizes, textAt } from './svg-frame.ts'

type Slice = { name: string; value: number; share: number; from: number; colour: string }

/** Clockwise from the top, with a list of what the slices are. */
export function drawPie(chart: Chart, size: Size): string {
  const slices = slicesOf(chart)
  const head = headOf(chart, [], size)
  const { width, height } = size
  const top = head.bottom + 12
  const radius = Math.max(20, Math.min((height - top - 20) / 2, width * 0.26))
  const [x, y] = [24 + radius, top + (height - top - 8) / 2]
  return [
    head.text,
    ...slices.map((slice) => sliceAt(slice, x, y, radius)),
    ...slices.map((slice) => shareAt(slice, x, y, radius)),
    ...listOf(slices, x + radius + 32, top + 8, size),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function slicesOf(chart: Chart): Slice[] {
  const [{ values }] = chart.series as [Series]
  const names = namesOf(chart)
  const shown = names.flatMap((name, at) => {
    const value = values[at] ?? null
    return value === null ? [] : [{ name, value }]
  })
  const largest = Math.max(...shown.map(({ value }) => value))
  const whole = shown.reduce((sum, { value }) => sum + value / largest, 0)
  let from = 0
  return shown.map(({ name, value }, at) => {
    const share = value / largest / whole
    const slice = { name, value, share, from, colour: colourOf(at) }
    from += share
    return slice
  })
}

function sliceAt({ name, value, share, from, colour }: Slice, x: number, y: number, r: number) {
  if (share === 0) return ''
  const note = `<title>${escaped(`${name}: ${shownNumber(value)} (${percent(share)})`)}</title>`
  if (share > 0.9999)
    return `<circle cx="${x}" cy="${y}" r="${px(r)}" fill="${colour}">${note}</circle>`
  const [start, end] = [pointAt(from, x, y, r), pointAt(from + share, x, y, r)]
  const arc = `A${px(r)} ${px(r)} 0 ${share > 0.5 ? 1 : 0} 1 ${end}`
  return `<path d="M${px(x)} ${px(y)}L${start}${arc}Z" fill="${colour}" stroke="#ffffff">${note}</path>`
}

function pointAt(share: number, x: number, y: number, r: number): string {
  const angle = 2 * Math.PI * share
  return `${px(x + r * Math.sin(angle))} ${px(y - r * Math.cos(angle))}`
}

/** How much a slice is, where there is room for that in it. */
function shareAt({ share, from, colour }: Slice, x: number, y: number, r: number): string {
  if (share < 0.05 || share * r < 6) return ''
  const angle = 2 * Math.PI * (from + share / 2)
  const [at, down] = [x + 0.68 * r * Math.sin(angle), y - 0.68 * r * Math.cos(angle)]
  const more = ` text-anchor="middle" fill="${readableOn(colour)}"`
  return textAt(at, down + 4, percent(share), more)
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`

function listOf(slices: readonly Slice[], x: number, top: number, { width, height }: Size) {
  const room = Math.max(1, Math.floor((height - top - 8) / 20))
  const isAll = slices.length <= room
  const shown = slices.slice(0, isAll ? slices.length : room - 1)
  const lines = shown.map(({ name, value, share, colour }, at) => {
    const y = top + 14 + at * 20
    const [numbers, label] = besideEach(name, value, share, width - x - 34)
    return [
      `<rect x="${px(x)}" y="${px(y - 10)}" width="11" height="11" fill="${colour}"/>`,
      textAt(x + 18, y, label),
      numbers && textAt(width - 16, y, numbers, ` text-anchor="end" fill="${muted}"`),
    ].join('')
  })
  if (isAll) return lines
  const rest = `ほか ${slices.length - shown.length} 件`
  return [...lines, textAt(x + 18, top + 14 + shown.length * 20, rest, ` fill="${muted}"`)]
}

/** As much about a slice as there is room for beside four letters of its name, and that name. */
function besideEach(name: string, value: number, share: number, room: number) {
  const numbers = [`${shownNumber(value)} (${percent(share)})`, percent(share), '']
  const least = Math.min(4, widthOf(name)) + 1
  const fitting = numbers.find((text) => (widthOf(text) + least) * sizes.text <= room) ?? ''
  return [fitting, fitted(name, room - (widthOf(fitting) + 1) * sizes.text)] as const
}
