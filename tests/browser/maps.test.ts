import { describe, expect, type Pages, test } from '../support/browser.ts'

async function draw({ open, url }: Pages, path: string, from: string, bounds?: string) {
  const view = { service: url, path: `/api/v1/map/${path}`, from, ...(bounds && { bounds }) }
  const opened = await open('map', view)
  const drawn = await opened.page.evaluate<{ none: number; classes: number[] }>('window.look()')
  const classAt = (place: readonly [number, number]) =>
    opened.page.evaluate<number>(`window.classAt(${place})`)
  return { ...opened, ...drawn, classAt }
}

const places = {
  '01000': [143.2, 43.4],
  '13000': [139.4, 35.7],
  '27000': [135.6, 34.75],
  '32000': [132.5, 35.0],
} as const

describe('MapLibre GL', () => {
  test.for(['shapes', 'tiles', 'merged'] as const)(
    'draws the prefectures by class from %s',
    async (from, { pages }) => {
      const { faults, none, classes, classAt, take } = await draw(pages, 'density', from)
      await take(`density-${from}`)
      expect(faults).toEqual([])
      expect(classes).toHaveLength(5)
      for (const pixels of classes) expect(pixels).toBeGreaterThan(500)
      expect(none).toBe(0)
      const { rows } = (await (await fetch(`${pages.url}/api/v1/map/density`)).json()) as {
        rows: { area_code: string; class: number }[]
      }
      for (const [code, place] of Object.entries(places)) {
        const { class: expected } = rows.find(({ area_code }) => area_code === code) ?? {}
        expect(await classAt(place), code).toBe(expected)
      }
    },
  )

  test('draws the municipalities of Kanagawa, cities of wards among them', async ({ pages }) => {
    const path = 'share?level=municipality&parent=14000&method=jenks&classes=4'
    const { faults, none, classes, classAt, take } = await draw(
      pages,
      path,
      'shapes',
      '138.9,35.1,139.9,35.7',
    )
    await take('share-kanagawa')
    expect(faults).toEqual([])
    expect(classes).toHaveLength(4)
    for (const pixels of classes) expect(pixels).toBeGreaterThan(500)
    expect(none).toBe(0)
    // In three wards of Yokohama.
    const yokohama = await Promise.all(
      (
        [
          [139.64, 35.45],
          [139.54, 35.55],
          [139.53, 35.4],
        ] as const
      ).map(classAt),
    )
    expect(new Set(yokohama).size).toBe(1)
    expect(yokohama[0]).toBeGreaterThanOrEqual(0)
  })

  test('leaves out of the classes who has no value, and draws them otherwise', async ({
    pages,
  }) => {
    for (const from of ['tiles', 'merged']) {
      const okinawa = '127.4,25.9,128.6,27.1'
      const { faults, none, classes } = await draw(pages, 'total?year=1945', from, okinawa)
      expect(faults).toEqual([])
      expect(none).toBeGreaterThan(500)
      expect(classes[0]).toBe(0)
    }
  })
})
