import { escaped, shownNumber } from '../../svg-text.ts'
import { type Box, px } from './svg-frame.ts'
import type { Scale } from './svg-scale.ts'

/** Along an axis with this many places, in a box that may be drawn on its side. */
export type Ground = { box: Box; count: number; isLying: boolean; hasNotes: boolean }

/** A bar at a place, `part` of `parts` beside each other, between two values. */
export type Block = {
  place: number
  part: number
  parts: number
  from: number
  to: number
  colour: string
  note: string
}

/** What can still be seen of a bar that has many beside it. */
const leastWidth = 0.8

const noted = (mark: string, end: string, note: string, { hasNotes }: Ground): string =>
  hasNotes ? `${mark}><title>${escaped(note)}</title></${end}>` : `${mark}/>`

export function block(ground: Ground, scale: Scale, block: Block): string {
  const { box, count, isLying } = ground
  const length = isLying ? box.bottom - box.top : box.right - box.left
  const slot = length / count
  const room = (slot * 0.8) / block.parts
  const start = slot * (block.place + 0.1) + room * block.part
  const width = Math.max(room, leastWidth)
  const [low, high] = [scale.at(block.from), scale.at(block.to)].sort((a, b) => a - b) as [
    number,
    number,
  ]
  const across = isLying ? box.right - box.left : box.bottom - box.top
  const [x, y] = isLying
    ? [box.left + low * across, box.top + start]
    : [box.left + start, box.bottom - high * across]
  const size = Math.max((high - low) * across, 0.5)
  const [wide, tall] = isLying ? [size, width] : [width, size]
  const stroke = width > 4 ? ' stroke="#ffffff" stroke-width="0.5"' : ''
  const shape = `<rect x="${px(x)}" y="${px(y)}" width="${px(wide)}" height="${px(tall)}" fill="${block.colour}"${stroke}`
  return noted(shape, 'rect', block.note, ground)
}

/** A line through the numbers there are, broken where there is none. */
export function line(
  ground: Ground,
  scale: Scale,
  values: readonly (number | null)[],
  { colour, dash, name, labels }: { colour: string; dash: string; name: string; labels: string[] },
): string {
  const { box, count } = ground
  const slot = (box.right - box.left) / count
  let path = ''
  const dots: string[] = []
  const isSparse = slot >= 14
  for (const [at, value] of values.entries()) {
    if (value === null) continue
    const x = px(box.left + slot * (at + 0.5))
    const y = px(box.bottom - scale.at(value) * (box.bottom - box.top))
    const before = values[at - 1] ?? null
    const after = values[at + 1] ?? null
    path += `${before === null ? 'M' : 'L'}${x} ${y}`
    if (!isSparse && (before !== null || after !== null)) continue
    const dot = `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"`
    dots.push(noted(dot, 'circle', `${name} ${labels[at]}: ${shownNumber(value)}`, ground))
  }
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dashes}/>${dots.join('')}`
}
