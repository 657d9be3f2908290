import { changeColours, changeColoursOf } from './colours.ts'
import { labelsOf } from './labels.ts'
import type { Chart, Series } from './model.ts'

/** A bar of a waterfall: what it starts from, a change from one level to the next, or where it ends. */
export type Bar = {
  kind: 'base' | 'change' | 'total'
  start: number
  end: number
  change: number
  colour: string
}

export type Waterfall = {
  labels: string[]
  /** For each series a bar a label; null where there is no number. */
  series: (Bar | null)[][]
}

/** What the bar is called that shows what a waterfall starts from, where that is not 0. */
const baseLabel = '基準値'

/** The bars of a waterfall, of which each begins at the level where the last one with a number ended. */
export function waterfallOf({ categories, series, waterfall }: Chart): Waterfall {
  const { base, total_label, measure } = waterfall as NonNullable<Chart['waterfall']>
  const hasBase = base !== 0
  const hasTotal = total_label !== null
  const names = [...(hasBase ? [baseLabel] : []), ...categories, ...(hasTotal ? [total_label] : [])]
  return {
    labels: labelsOf(names),
    series: series.map((each, at) => {
      const colours = series.length > 1 ? changeColoursOf(at) : changeColours
      const bars = measure === 'absolute' ? levelsOf(each, base) : changesOf(each, base)
      const end = bars.findLast((bar) => bar !== null)?.end ?? base
      const wholes = { change: 0, colour: colours.whole, start: 0 }
      const shown = bars.map((bar) => {
        return bar && { ...bar, colour: bar.change < 0 ? colours.less : colours.more }
      })
      return [
        ...(hasBase ? [{ ...wholes, kind: 'base' as const, end: base }] : []),
        ...shown,
        ...(hasTotal ? [{ ...wholes, kind: 'total' as const, end }] : []),
      ]
    }),
  }
}

type Change = Omit<Bar, 'colour'>

function levelsOf({ values }: Series, base: number): (Change | null)[] {
  let start = base
  return values.map((end) => {
    if (end === null) return null
    const bar: Change = { kind: 'change', start, end, change: rounded(end - start) }
    start = end
    return bar
  })
}

/** Sums with what rounding loses (Neumaier 1974), so that 0.1 ten times is 1. */
function changesOf({ values }: Series, base: number): (Change | null)[] {
  let [sum, lost, start] = [base, 0, base]
  return values.map((change) => {
    if (change === null) return null
    const next = sum + change
    lost += Math.abs(sum) >= Math.abs(change) ? sum - next + change : change - next + sum
    sum = next
    const bar: Change = { kind: 'change', start, end: sum + lost, change }
    start = bar.end
    return bar
  })
}

/** Without the noise behind the digits that a number has. */
const rounded = (value: number): number => Number(value.toPrecision(15))
