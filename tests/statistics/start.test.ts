import { describe, expect, test } from 'vitest'
import { newPlace, startServer } from '../support/process.ts'

describe('a service that starts on an empty folder', () => {
  test('has real figures, a map, a ranking, a forecast and cards, without a key', async () => {
    const { env, drop } = await newPlace()
    const first = await startServer(env)
    const read = async (path: string) => {
      const response = await fetch(`${first.url}/api/${path}`)
      expect(response.status, path).toBe(200)
      return response.json() as Promise<Record<string, never>>
    }
    const tokyo = await read('population/?area=13000&from=2020')
    expect(tokyo).toMatchObject({ rows: [{ value: 14_047_594 }] })
    const japan = await read('population?frequency=census')
    expect(japan.rows).toHaveLength(21)
    const map = await read('map/density?format=geojson')
    expect(map.features).toHaveLength(47)
    const ranking = await read('livability/ranking')
    expect(ranking).toMatchObject({ rows: { 0: { rank: 1, rank_low: 1 } } })
    const forecast = await read('population/forecast')
    expect(forecast).toMatchObject({ models: [{ actual_until: 2020 }] })
    const kpi = await read('kpi')
    expect(kpi.kpis).toHaveLength(8)
    const sync = await read('v1/statistics/sync')
    expect(sync).toMatchObject({ is_enabled: false })

    // The second start finds them there.
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.said.out).toMatch('loaded the bundled statistics')
    const second = await startServer(env)
    second.child.kill('SIGTERM')
    await second.ended
    expect(second.said.out).not.toMatch('loaded the bundled statistics')
    await drop()
  })
})
