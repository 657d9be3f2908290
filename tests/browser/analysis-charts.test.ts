import { graphTypes } from '../../schemas/analysis/charts.ts'
import { toChartJs } from '../../src/analysis/charts/chartjs.ts'
import type { Chart } from '../../src/analysis/charts/model.ts'
import { toPlotly } from '../../src/analysis/charts/plotly.ts'
import { toSvg } from '../../src/analysis/charts/svg.ts'
import { waterfallOf } from '../../src/analysis/charts/waterfall.ts'
import { crowdedChart, hostileChart, sampleCharts } from '../support/analysis-charts.ts'
import { test as base, type Drawing, describe, expect } from '../support/browser.ts'

type Contrast = { text: string; ratio: number }
type Plotted = {
  faults: string[]
  marks: number
  texts: string[]
  contrasts: Contrast[]
  links: number
}
type Canvas = { pixels: number[]; elements: number[] }
type Picture = Omit<Plotted, 'faults'> & { outside: string[]; touching: string[] }

/** A page that draws what it is given. */
async function openFigures({ open }: Drawing) {
  const opened = await open('figures', {})
  const call = <Answer>(name: string, input: unknown) =>
    opened.page.evaluate<Answer>(`window.${name}(${JSON.stringify(input)})`)
  return {
    ...opened,
    plot: (chart: Chart) => call<Plotted>('drawPlotly', toPlotly(chart)),
    canvas: (chart: Chart) => call<Canvas>('drawChartJs', toChartJs(chart)),
    show: (chart: Chart, width = 800, height = 480) =>
      call<Picture>('showSvg', toSvg(chart, { width, height })),
  }
}

/** One page for all charts: to read Plotly takes longer than to draw. */
const test = base.extend<{ figures: Awaited<ReturnType<typeof openFigures>> }>({
  figures: [async ({ drawing }, use) => use(await openFigures(drawing)), { scope: 'file' }],
})

const faint = (contrasts: readonly Contrast[]) => contrasts.filter(({ ratio }) => ratio < 4.5)

/** How many numbers a chart shows, with the bars that a waterfall begins and ends with. */
const numbersIn = (chart: Chart) =>
  (chart.kind === 'waterfall'
    ? waterfallOf(chart).series
    : chart.series.map(({ values }) => values)
  )
    .flat()
    .filter((value) => value !== null).length

describe.each(graphTypes)('%s', (kind) => {
  const name = kind.replaceAll(/\W/g, '-')

  test('is drawn by Plotly, which finds nothing wrong with it, in letters that can be read', async ({
    figures,
  }) => {
    const { plot, faults, page, take } = figures
    const drawn = await plot(sampleCharts[kind])
    await take(`analysis-plotly-${name}`)
    expect(drawn.faults).toEqual([])
    expect(drawn.marks).toBe(numbersIn(sampleCharts[kind]))
    expect(drawn.texts).toContain(sampleCharts[kind].title)
    expect(faint(drawn.contrasts)).toEqual([])
    const hostile = await plot(hostileChart(kind))
    await take(`analysis-plotly-${name}-hostile`)
    expect(hostile).toMatchObject({ faults: [], links: 0 })
    expect(await page.evaluate('window.broken')).toBeUndefined()
    expect(faults).toEqual([])
  })

  test('is drawn by Chart.js, every dataset of it', async ({ figures }) => {
    const { canvas, faults, page, take } = figures
    const { pixels, elements } = await canvas(sampleCharts[kind])
    await take(`analysis-chartjs-${name}`)
    for (const count of pixels) expect(count).toBeGreaterThan(30)
    expect(elements.every((count) => count > 1)).toBe(true)
    await canvas(hostileChart(kind))
    await take(`analysis-chartjs-${name}-hostile`)
    expect(await page.evaluate('window.broken')).toBeUndefined()
    expect(faults).toEqual([])
  })

  test('is a picture whose texts can be read, are within it and do not touch', async ({
    figures,
  }) => {
    const { show, faults, page, take } = figures
    for (const [what, chart, width, height] of [
      ['plain', sampleCharts[kind], 800, 480],
      ['small', sampleCharts[kind], 320, 240],
      ['crowded', crowdedChart(kind), 800, 480],
      ['hostile', hostileChart(kind), 800, 480],
    ] as const) {
      const picture = await show(chart, width, height)
      await take(`analysis-svg-${name}-${what}`)
      expect(picture.texts.length, what).toBeGreaterThan(5)
      expect(picture.outside, what).toEqual([])
      expect(picture.touching, what).toEqual([])
      expect(faint(picture.contrasts), what).toEqual([])
      expect(picture.links, what).toBe(0)
    }
    expect(await page.evaluate('window.broken')).toBeUndefined()
    expect(faults).toEqual([])
  })
})
