import { escaped, widthOf, wrapped } from '../../svg-text.ts'
import { gridLine, muted } from './colours.ts'
import { labelsOf, shownText } from './labels.ts'
import type { Chart } from './model.ts'
import type { Scale } from './svg-scale.ts'

/** A rectangle of a picture, in its pixels. */
export type Box = { left: number; top: number; right: number; bottom: number }

export type Size = { width: number; height: number }

/** How large letters are. */
export const sizes = { title: 16, text: 12 }

/** A coordinate, to a tenth of a pixel. */
export const px = (value: number): string => String(Math.round(value * 10) / 10)

export function textAt(x: number, y: number, text: string, more = ''): string {
  return `<text x="${px(x)}" y="${px(y)}" font-size="${sizes.text}"${more}>${escaped(text)}</text>`
}

/** What fits on one line of so many pixels. */
export const fitted = (text: string, width: number): string =>
  wrapped(text, Math.max(1.5, width / sizes.text), 1)[0] ?? ''

/** The title, where there is one, and below it what the colours are; `bottom` is where it ends. */
export function headOf(
  { title }: Chart,
  entries: readonly { name: string; colour: string }[],
  { width }: Size,
): { text: string; bottom: number } {
  const shown = wrapped(shownText(title), (width - 32) / sizes.title, 1)[0]
  const top = shown ? 40 : 12
  const texts = shown
    ? [`<text x="16" y="28" font-size="${sizes.title}" font-weight="bold">${escaped(shown)}</text>`]
    : []
  let [x, y] = [16, top + 12]
  for (const [at, { name, colour }] of entries.entries()) {
    const label = fitted(name, Math.min(200, width - 60))
    const needed = 16 + widthOf(label) * sizes.text + 16
    if (x > 16 && x + needed > width - 16) [x, y] = [16, y + 18]
    if (y > top + 12 + 2 * 18 || (y > top + 30 && x + needed > width - 100)) {
      texts.push(textAt(x, y, `ほか ${entries.length - at} 件`, ` fill="${muted}"`))
      break
    }
    texts.push(
      `<rect x="${px(x)}" y="${px(y - 10)}" width="11" height="11" fill="${colour}"/>`,
      textAt(x + 16, y, label),
    )
    x += needed
  }
  return { text: texts.join('\n'), bottom: entries.length > 0 ? y + 6 : top - 6 }
}

/** Lines across a box with what numbers they stand for, upright or lying. */
export function valueAxis(box: Box, scale: Scale, side: 'left' | 'right' | 'bottom'): string {
  const { left, top, right, bottom } = box
  return scale.ticks
    .map((tick) => {
      const label = scale.label(tick)
      if (side === 'bottom') {
        const x = left + scale.at(tick) * (right - left)
        const line = `<path d="M${px(x)} ${px(top)}V${px(bottom)}" stroke="${gridLine}"/>`
        return line + textAt(x, bottom + 16, label, ' text-anchor="middle"')
      }
      const y = bottom - scale.at(tick) * (bottom - top)
      if (side === 'right') return textAt(right + 8, y + 4, label)
      const line = `<path d="M${px(left)} ${px(y)}H${px(right)}" stroke="${gridLine}"/>`
      return line + textAt(left - 8, y + 4, label, ' text-anchor="end"')
    })
    .join('\n')
}

/** How much room the numbers of an upright axis need beside it. */
export const roomOf = (scale: Scale): number =>
  Math.max(...scale.ticks.map((tick) => widthOf(scale.label(tick)))) * sizes.text + 14

/**
 * Names below a box, in two lines where they do not fit on one; where there are many only some of them,
 * evenly, so that none touches the next.
 */
export function namesBelow(box: Box, names: readonly string[]): string {
  const slot = (box.right - box.left) / names.length
  const widest = Math.max(...names.map(widthOf)) * sizes.text
  const isNarrow = slot < Math.min(widest, 52) + 6
  const every = isNarrow ? Math.ceil((Math.min(widest, 84) + 8) / slot) : 1
  const room = slot * every - 6
  return names
    .flatMap((name, at) => {
      if (at % every !== 0) return []
      const x = box.left + slot * (at + 0.5)
      const inside = Math.min(room, 2 * Math.min(x, box.right + 16 - x))
      const lines = wrapped(name, Math.max(1.5, inside / sizes.text), isNarrow ? 1 : 2)
      return lines.map((line, n) =>
        textAt(x, box.bottom + 17 + n * 15, line, ' text-anchor="middle"'),
      )
    })
    .join('\n')
}

/** Names to the left of a box, from the top down; some of them where there are many. */
export function namesBeside(box: Box, names: readonly string[]): string {
  const slot = (box.bottom - box.top) / names.length
  const every = Math.ceil(15 / slot)
  return names
    .flatMap((name, at) => {
      if (at % every !== 0) return []
      const y = box.top + slot * (at + 0.5) + 4
      return [textAt(box.left - 8, y, fitted(name, box.left - 20), ' text-anchor="end"')]
    })
    .join('\n')
}

export const namesOf = (chart: Chart): string[] => labelsOf(chart.categories)
