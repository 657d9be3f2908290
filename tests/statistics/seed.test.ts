import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import { yearCode } from '../../src/statistics/periods.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { readObservations } from '../../src/statistics/store.ts'
import { startService } from '../support/service.ts'
import { test as base, describe, expect } from '../support/statistics.ts'

const test = base.extend<{ stats: Db }>({
  stats: [async ({ db }, use) => use(db), { scope: 'file' }],
})

const prefectures = Array.from({ length: 47 }, (_, n) => `${String(n + 1).padStart(2, '0')}000`)

/** Values of one year by area. */
async function valuesOf(db: Db, indicator: string, year: number, areas?: string[]) {
  const rows = await readObservations(db, {
    indicators: [indicator],
    areas,
    periods: [yearCode(year)],
  })
  return new Map(rows.map(({ area, value }) => [area, value]))
}

const sumOf = (values: Map<string, number | null>, areas = prefectures) =>
  areas.reduce((sum, area) => sum + (values.get(area) ?? 0), 0)

describe('the bundled statistics', () => {
  test('have the census of Tokyo and of Japan to the person', async ({ stats }) => {
    const values = await valuesOf(stats, 'A1101', 2020)
    expect(values.get('13000')).toBe(14_047_594)
    expect(values.get('00000')).toBe(126_146_099)
    for (const [year, total] of [
      [1920, 55_963_053],
      [1950, 84_114_574],
      [1980, 117_060_396],
      [2000, 126_925_843],
      [2010, 128_057_352],
      [2015, 127_094_745],
    ] as const) {
      expect((await valuesOf(stats, 'A1101', year)).get('00000'), String(year)).toBe(total)
    }
  })

  test('add up from prefectures to the nation, but for 73 persons of 1960', async ({ stats }) => {
    for (let year = 1920; year <= 2020; year += 5) {
      const values = await valuesOf(stats, 'A1101', year)
      const difference = sumOf(values) - (values.get('00000') ?? 0)
      expect(difference, String(year)).toBe(year === 1960 ? -73 : 0)
      const [male, female] = [
        await valuesOf(stats, 'A110101', year),
        await valuesOf(stats, 'A110102', year),
      ]
      for (const area of prefectures) {
        const total = values.get(area)
        if (typeof total !== 'number') continue
        expect((male.get(area) ?? 0) + (female.get(area) ?? 0), `${area} ${year}`).toBe(total)
      }
    }
  })

  test('say of Okinawa in 1945 that it was not surveyed', async ({ stats }) => {
    const [row] = await readObservations(stats, {
      indicators: ['A1101'],
      areas: ['47000'],
      periods: [yearCode(1945)],
    })
    expect(row).toMatchObject({ value: null, mark: '***', status: 'missing' })
  })

  test('have 2019 as it was published and as it was revised', async ({ stats }) => {
    const at = async (asOf?: string) => {
      const rows = await readObservations(stats, {
        indicators: ['A1101'],
        areas: prefectures,
        periods: [yearCode(2019)],
        asOf,
      })
      return [rows.reduce((sum, { value }) => sum + (value ?? 0), 0), rows[0]?.status] as const
    }
    const [published, first] = await at('2020')
    expect(Math.abs(published - 126_167_000)).toBeLessThanOrEqual(3000)
    expect(first).toBe('estimated')
    expect(await at()).toEqual([126_555_000, 'revised'])
    expect(await at('2024-12-31')).toEqual([published, 'estimated'])
    expect(await at('2019')).toEqual([0, undefined])
  })

  test('count ages, unknown ones apart', async ({ stats }) => {
    const values = async (indicator: string, year: number) =>
      (await valuesOf(stats, indicator, year)).get('00000')
    expect(await values('A1301', 2020)).toBe(14_955_692)
    expect(await values('A1302', 2020)).toBe(72_922_764)
    expect(await values('A1303', 2020)).toBe(35_335_805)
    expect(await values('age.unknown', 2020)).toBe(2_931_838)
    expect(await values('age.unknown', 1920)).toBe(0)
    expect(await values('age.unknown', 2015)).toBe(1_453_758)
    expect(await values('age.65+', 2020)).toBe(36_027_000)
  })

  test('have the municipalities of two censuses', async ({ stats }) => {
    const municipalities = await stats
      .selectFrom('areas')
      .select('code')
      .where('level', '=', 'municipality')
      .where('valid_until', 'is', null)
      .execute()
    const codes = municipalities.map(({ code }) => code)
    expect(codes).toHaveLength(1741)
    const in2020 = await valuesOf(stats, 'A1101', 2020)
    expect(sumOf(in2020, codes)).toBe(126_146_099)
    expect(sumOf(await valuesOf(stats, 'A7101', 2020), codes)).toBe(55_830_154)
    expect(sumOf(await valuesOf(stats, 'I6100', 2022), codes)).toBe(343_275)
    const in2015 = await valuesOf(stats, 'A1101', 2015)
    // 那珂川町 became 那珂川市 between the two.
    const older = codes.map((code) => (code === '40231' ? '40305' : code))
    expect(sumOf(in2015, older)).toBe(127_094_745)
    expect(sumOf(await valuesOf(stats, 'A7101', 2015), older)).toBe(53_448_685)
    const town = await stats
      .selectFrom('areas')
      .selectAll()
      .where('code', '=', '40305')
      .executeTakeFirst()
    expect(town).toMatchObject({ valid_until: '2018-10-01', successor_code: '40231' })
  })

  test('keep households, physicians and libraries of three editions', async ({ stats }) => {
    expect((await valuesOf(stats, 'A710101', 2020)).get('00000')).toBe(55_704_949)
    const at = async (indicator: string, year: number) => {
      const values = await valuesOf(stats, indicator, year)
      expect(sumOf(values), `${indicator} ${year}`).toBe(values.get('00000'))
      return values.get('00000')
    }
    expect(await at('I6100', 2018)).toBe(327_210)
    expect(await at('I6100', 2020)).toBe(339_623)
    expect(await at('G1401', 2018)).toBe(3360)
    expect(await at('G1401', 2021)).toBe(3394)
    expect((await valuesOf(stats, 'B1101', 2020)).get('00000')).toBe(37_297_315)
  })

  test('keep the marks of their tables', async ({ stats }) => {
    const rows = await readObservations(stats, { indicators: ['#A03503'], areas: ['00000'] })
    expect(rows).toHaveLength(46)
    expect(rows[0]).toMatchObject({ label: 'FY1975', value: null, mark: '***', status: 'missing' })
    expect(rows.at(-1)).toMatchObject({ label: 'FY2020', value: 28.7, mark: null })
    const [legend] = await stats
      .selectFrom('mark_legends')
      .select('meaning')
      .where('source_id', '=', 'ssds-a')
      .where('mark', '=', '***')
      .execute()
    expect(legend?.meaning).toBe('調査・集計していないもの')
  })

  test('are loaded once, whoever starts and however often', async ({ stats }) => {
    const count = async (db: Db) =>
      (await sql<{ n: number }>`select count(*) as n from observations`.execute(db)).rows[0]?.n
    const before = await count(stats)
    expect(await loadStatistics(stats)).toBe(0)
    expect(await count(stats)).toBe(before)

    const fresh = await startService()
    const loaded = await Promise.all([1, 2, 3].map(() => loadStatistics(fresh.deps.db)))
    expect(loaded.filter((n) => n > 0)).toHaveLength(1)
    expect(await count(fresh.deps.db)).toBe(before)
    await fresh.close()
  })
})

describe('a newer release', () => {
  test('brings its figures over those of an older one, and leaves all else alone', async ({
    stats,
  }) => {
    const before = await countAll(stats)
    const { version } = await stateOf(stats)
    // What an older release may have been like: it lacked some, and one was wrong.
    await stats.deleteFrom('observations').where('indicator', '=', 'A4103').execute()
    await stats
      .updateTable('observations')
      .set({ value: 1 })
      .where('indicator', '=', 'A1101')
      .where('area', '=', '13000')
      .where('period', '=', yearCode(2020))
      .execute()
    await stats.updateTable('areas').set({ name_en: 'Edo' }).where('code', '=', '13000').execute()
    await stats.deleteFrom('kpis').execute()
    await stats.updateTable('statistics_state').set({ seed: 'an older release' }).execute()

    const news = await loadStatistics(stats)
    expect(news).toBeGreaterThan(400)
    expect(news).toBeLessThan(2000)
    expect((await valuesOf(stats, 'A1101', 2020)).get('13000')).toBe(14_047_594)
    expect((await valuesOf(stats, 'A4103', 2020)).size).toBeGreaterThanOrEqual(47)
    const revised = await stats
      .selectFrom('observations')
      .selectAll()
      .where('value', '=', 1)
      .where('indicator', '=', 'A1101')
      .executeTakeFirstOrThrow()
    expect(revised.superseded).toMatch(/^2021/)
    const tokyo = await stats
      .selectFrom('areas')
      .selectAll()
      .where('code', '=', '13000')
      .executeTakeFirst()
    expect(tokyo?.name_en).toBe('Tokyo')
    expect(await stats.selectFrom('kpis').select('id').execute()).toEqual([])
    expect((await stateOf(stats)).version).toBeGreaterThan(version)
    expect(await countAll(stats)).toBeGreaterThanOrEqual(before)
    expect(await loadStatistics(stats)).toBe(0)
  })
})

async function countAll(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('observations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('superseded', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

function stateOf(db: Db) {
  return db.selectFrom('statistics_state').selectAll().executeTakeFirstOrThrow()
}
