import { shownNumber } from '../../svg-text.ts'
import { changeColours, changeColoursOf } from './colours.ts'
import { shownText } from './labels.ts'
import type { Chart } from './model.ts'
import { markup } from './plotly-text.ts'
import { type Bar, waterfallOf } from './waterfall.ts'

const measures = { base: 'absolute', change: 'relative', total: 'total' } as const

/** One waterfall a series; Plotly adds the changes up itself. */
export function waterfallTraces(chart: Chart): { labels: string[]; traces: object[] } {
  const { labels, series } = waterfallOf(chart)
  const shown = labels.map(markup)
  const traces = series.map((bars, at) => {
    const colours = series.length > 1 ? changeColoursOf(at) : changeColours
    const name = markup(shownText(chart.series[at]?.name ?? null))
    return {
      type: 'waterfall',
      name,
      x: shown,
      y: bars.map((bar) => bar && (bar.kind === 'change' ? bar.change : bar.end)),
      measure: bars.map((bar) => measures[bar?.kind ?? 'change']),
      hoverinfo: 'text',
      hovertext: bars.map((bar, n) => (bar ? `${name}<br>${hoverOf(shown[n] ?? '', bar)}` : '')),
      increasing: { marker: { color: colours.more } },
      decreasing: { marker: { color: colours.less } },
      totals: { marker: { color: colours.whole } },
      connector: { line: { color: '#7b8794', width: 1 } },
      ...(series.length > 1 && { offsetgroup: String(at) }),
    }
  })
  return { labels: shown, traces }
}

function hoverOf(label: string, { kind, start, end, change }: Bar): string {
  if (kind !== 'change') return `${label}: ${shownNumber(end)}`
  const sign = change > 0 ? '+' : ''
  return `${label}: ${sign}${shownNumber(change)}<br>${shownNumber(start)} → ${shownNumber(end)}`
}
