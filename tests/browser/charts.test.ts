import { describe, expect, type Pages, test } from '../support/browser.ts'

type Drawn = { id: string; label: string; colour: string; skipped: string[]; pixels: number }

/** Draws the answer of any route that has `format=chartjs`, unchanged. */
async function draw({ open, url }: Pages, path: string, type = 'line') {
  const opened = await open('chart', { url: `${url}/api/v1/${path}`, type })
  const datasets = await opened.page.evaluate<Drawn[]>('window.look()')
  return { ...opened, datasets }
}

describe('Chart.js', () => {
  test('draws the census of prefectures, with a gap where Okinawa was not surveyed', async ({
    pages,
  }) => {
    const { datasets, faults, page, take } = await draw(
      pages,
      'population?area=27000,47000,32000&frequency=census&format=chartjs',
    )
    await take('population')
    expect(faults).toEqual([])
    expect(datasets.map(({ id }) => id)).toEqual(['total:27000', 'total:47000', 'total:32000'])
    expect(datasets.map(({ label }) => label)).toEqual(['大阪府', '沖縄県', '島根県'])
    expect(datasets.map(({ skipped }) => skipped)).toEqual([[], ['1945'], []])
    for (const { colour, pixels } of datasets) {
      expect(colour).toMatch(/^rgb/)
      expect(pixels).toBeGreaterThan(200)
    }
    const between = (from: string, to: string) =>
      page.evaluate<number[]>(`window.between('${from}', '${to}')`)
    for (const [from, to] of [
      ['1940', '1945'],
      ['1945', '1950'],
    ] as const) {
      const [osaka, okinawa, shimane] = await between(from, to)
      expect(okinawa).toBe(0)
      expect(osaka).toBeGreaterThan(10)
      expect(shimane).toBeGreaterThan(10)
    }
    const [, after] = await between('1950', '1955')
    expect(after).toBeGreaterThan(10)
  })

  test('draws a map’s values as bars', async ({ pages }) => {
    const { datasets, faults, take } = await draw(pages, 'map/share?format=chartjs', 'bar')
    await take('share-bars')
    expect(faults).toEqual([])
    expect(datasets.map(({ id }) => id)).toEqual(['share:2020'])
    expect(datasets[0]?.colour).toMatch(/^rgb/)
    expect(datasets[0]?.skipped).toEqual([])
    expect(datasets[0]?.pixels).toBeGreaterThan(1000)
  })

  test('fills the band of a forecast between its two edges, and nothing beyond', async ({
    pages,
  }) => {
    const path = 'population/forecast?area=05000&horizon=10'
    const { rows } = (await (await fetch(`${pages.url}/api/v1/${path}`)).json()) as {
      rows: { year: number; lower95: number; upper95: number }[]
    }
    const { datasets, faults, page, take } = await draw(pages, `${path}&format=chartjs`)
    await take('forecast')
    expect(faults).toEqual([])
    expect(datasets.map(({ id }) => id.split(':')[0])).toEqual([
      'actual',
      'forecast',
      'lower95',
      'upper95',
      'lower80',
      'upper80',
    ])
    expect(datasets[0]?.pixels).toBeGreaterThan(200)
    expect(datasets[1]?.pixels).toBeGreaterThan(50)
    const isInked = (label: string, value: number) =>
      page.evaluate<boolean>(`window.isInked('${label}', ${value})`)
    const [before, last] = rows.slice(-2)
    const middle = (key: 'lower95' | 'upper95') => ((before?.[key] ?? 0) + (last?.[key] ?? 0)) / 2
    const width = middle('upper95') - middle('lower95')
    expect(await isInked('2029', middle('lower95') + width * 0.1)).toBe(true)
    expect(await isInked('2029', middle('upper95') - width * 0.1)).toBe(true)
    expect(await isInked('2029', middle('lower95') - width * 0.1)).toBe(false)
    expect(await isInked('2029', middle('upper95') + width * 0.1)).toBe(false)
  })

  test('draws KPIs, a ranking, the profile of an area and a pyramid', async ({ pages }) => {
    for (const [name, path, type] of [
      ['kpi', 'kpi?format=chartjs', 'line'],
      ['ranking', 'livability/ranking?format=chartjs', 'bar'],
      ['livability-radar', 'livability/13000?format=chartjs', 'radar'],
      ['pyramid', 'population/pyramid?area=05000&year=1950&compare=2020&format=chartjs', 'bar'],
    ] as const) {
      const { datasets, faults, take } = await draw(pages, path, type)
      await take(name)
      expect(faults, name).toEqual([])
      expect(datasets.length, name).toBeGreaterThan(0)
      expect(datasets[0]?.pixels, name).toBeGreaterThan(50)
    }
  })
})
