import { escaped, shownNumber } from '../../svg-text.ts'
import { fonts, ink } from './colours.ts'
import { shownText } from './labels.ts'
import type { Chart } from './model.ts'
import { drawAlong } from './svg-along.ts'
import type { Size } from './svg-frame.ts'
import { drawPie } from './svg-pie.ts'
import { drawScatter } from './svg-scatter.ts'

const kinds: Record<Chart['kind'], string> = {
  scatter: '散布図',
  bar: '棒グラフ',
  'horizontal bar': '横棒グラフ',
  line: '折れ線グラフ',
  'stacked bar': '積み上げ棒グラフ',
  'line&bar': '複合グラフ',
  waterfall: '滝グラフ',
  pie: '円グラフ',
}

/**
 * A chart as a picture: SVG that runs and loads nothing, the same for the same chart, with a title and a
 * description for who does not see it.
 */
export function toSvg(chart: Chart, { width, height }: Size): string {
  const size = { width, height }
  const draw = { scatter: drawScatter, pie: drawPie }[chart.kind as 'pie'] ?? drawAlong
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${fonts}" fill="${ink}">`,
    `<title id="title">${escaped(shownText(chart.title) || kinds[chart.kind])}</title>`,
    `<desc id="desc">${escaped(describe(chart))}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    draw(chart, size),
    '</svg>\n',
  ].join('\n')
}

/** What kind of chart it is, of what, how much there is, and between which numbers. */
function describe({ kind, x_title, y_title, y_right_title, categories, series }: Chart): string {
  const values = series.flatMap((each) => each.values.filter((value) => value !== null))
  const axes = [x_title, y_title, ...(y_right_title === undefined ? [] : [y_right_title])]
  const names = series.slice(0, 10).map(({ name }) => shownText(name))
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  return [
    `${kinds[kind]}。`,
    `軸: ${axes.map(shownText).join('、')}。`,
    categories.length > 0
      ? `${categories.length} 項目 (${shownText(categories[0] ?? null)} から ${shownText(categories.at(-1) ?? null)})、`
      : '',
    `系列: ${names.join('、')}${series.length > 10 ? ` ほか ${series.length - 10} 件` : ''}。`,
    `${values.length} 個の値、最小 ${shownNumber(least ?? null)}、最大 ${shownNumber(most ?? null)}。`,
  ].join('')
}
