import { columnsOf, type SeedIndicator } from './catalogue.ts'
import { csv, prefecture, type Row, write } from './files.ts'

type Figure = {
  indicator: string
  area: string
  period: string
  vintage: string
  value: number | string
  status: string
  source: string
}
const prefectures = 47
const figures = new Map<string, Figure[]>()
const ageIndicators = new Map<string, SeedIndicator>()

/** The national sum of 1960 has 73 persons that no prefecture has; Okinawa was not asked in 1945. */
function addCensus(): void {
  for (const row of csv('prefecture_census_population.csv')) {
    const at = census(row.year)
    const area = prefecture(row.pref_code)
    add({ ...at, area, indicator: 'A1101', value: figure(row.population) })
    add({ ...at, area, indicator: 'A110101', value: figure(row.male) })
    add({ ...at, area, indicator: 'A110102', value: figure(row.female) })
  }
  const classes = {
    A1301: 'age_0_14',
    A1302: 'age_15_64',
    A1303: 'age_65_plus',
    'age.unknown': 'age_unknown',
  }
  const nation = new Map<string, number>()
  for (const row of csv('prefecture_census_age3.csv')) {
    const at = census(row.year)
    for (const [indicator, column] of Object.entries(classes)) {
      const value = Number(row[column])
      add({ ...at, area: prefecture(row.pref_code), indicator, value })
      const key = `${row.year} ${indicator}`
      nation.set(key, (nation.get(key) ?? 0) + value)
    }
  }
  for (const [key, value] of nation) {
    const [year, indicator] = key.split(' ') as [string, string]
    add({ ...census(year), area: '00000', indicator, value })
  }
}

/** Five-year ages of the census; those of 2020, with unknown ages allocated, from the estimates. */
function addAges(): void {
  for (const row of csv('prefecture_census_age5.csv')) {
    if (row.age_group === 'all') continue
    const ages = ageClass(row.age_group as string)
    for (const sex of ['male', 'female'] as const) {
      const value = figure(row[sex])
      add({ ...census(row.year), area: prefecture(row.pref_code), indicator: ages(sex), value })
    }
  }
  for (const row of csv('prefecture_estimates_age5.csv')) {
    if (row.year !== '2020' || row.sex === 'all') continue
    for (const [column, text] of Object.entries(row)) {
      const group = /^a(\d\d)_(\d\d|plus)$/.exec(column)
      if (!group || column === 'a80_plus') continue
      const [, from, to] = group as unknown as [string, string, string]
      const name = to === 'plus' ? `${Number(from)}+` : `${Number(from)}-${Number(to)}`
      const indicator = ageClass(name)(row.sex as 'male' | 'female')
      const at = { ...estimate(row.year), area: prefecture(row.pref_code) }
      add({ ...at, indicator, value: thousands(text) })
    }
  }
}

/** Annual figures as they were published; census years have exact totals from the census itself. */
function addEstimates(): void {
  const classes = {
    'age.0-14': 'age_0_14_thousand',
    'age.15-64': 'age_15_64_thousand',
    'age.65+': 'age_65_plus_thousand',
  }
  for (const row of csv('prefecture_annual_population.csv')) {
    const at = { ...estimate(row.year), area: prefecture(row.pref_code) }
    if (row.basis === 'estimate') {
      add({ ...at, indicator: 'A1101', value: thousands(row.population_thousand) })
    }
    for (const [indicator, column] of Object.entries(classes)) {
      add({ ...at, indicator, value: thousands(row[column]) })
    }
  }
}

/** SSDSE-B revises the estimates between two censuses; of its ages only those are comparable. */
function addSsdseB(): void {
  const isCensus = (year: string) => Number(year) % 5 === 0
  const ages = { A1301: 'age.0-14', A1302: 'age.15-64', A1303: 'age.65+' }
  for (const row of csv('ssdse_b_prefecture_annual.csv')) {
    const year = row.year as string
    const at = { period: calendar(year), vintage: '2025', source: 'ssdse-b-2025' }
    const area = prefecture(row.pref_code)
    for (const indicator of columnsOf.ssdseB) {
      const status = /^A1101/.test(indicator) && !isCensus(year) ? 'revised' : 'final'
      add({ ...at, area, indicator, status, value: figure(row[indicator]) })
    }
    if (isCensus(year)) continue
    for (const [column, indicator] of Object.entries(ages)) {
      add({ ...at, area, indicator, status: 'revised', value: figure(row[column]) })
    }
  }
  addRevisedNation('A1101')
}

/** It has prefectures only: the nation, whose total was revised with them, is their sum. */
function addRevisedNation(indicator: string): void {
  const sums = new Map<string, { areas: number; value: number }>()
  for (const all of figures.values()) {
    for (const { vintage, status, period, value, ...figure } of all) {
      const isRevised = vintage === '2025' && status === 'revised'
      if (figure.indicator !== indicator || !isRevised || typeof value !== 'number') continue
      const sum = sums.get(period) ?? { areas: 0, value: 0 }
      sums.set(period, { areas: sum.areas + 1, value: sum.value + value })
    }
  }
  for (const [period, { areas, value }] of sums) {
    if (areas !== prefectures) throw new Error(`${indicator} ${period}: ${areas} areas`)
    const revised = { vintage: '2025', status: 'revised', source: 'ssdse-b-2025-sum' }
    add({ indicator, area: '00000', period, value, ...revised })
  }
}

/** One line says the year of each column. */
function addSsdseE(): void {
  const files = {
    'ssdse_e_2022v2.csv': '2022',
    'ssdse_e_2023.csv': '2023',
    'ssdse_e_2024.csv': '2024',
  }
  for (const [file, vintage] of Object.entries(files)) {
    const [years, , ...rows] = csv(file) as [Row, Row, ...Row[]]
    for (const row of rows) {
      for (const indicator of columnsOf.ssdseE) {
        if (row[indicator] === undefined) continue
        const period = calendar(years[indicator] as string)
        const at = { period, vintage, status: 'final', source: `ssdse-e-${vintage}` }
        add({ ...at, area: prefecture(row.pref_code), indicator, value: figure(row[indicator]) })
      }
    }
  }
}

function addMunicipalities(): void {
  const [years, , ...rows] = csv('municipality_ssdse_a_2025.csv') as [Row, Row, ...Row[]]
  for (const row of rows) {
    for (const indicator of columnsOf.ssdseA) {
      const period = calendar(years[indicator] as string)
      const at = { period, vintage: '2025', status: 'final', source: 'ssdse-a-2025' }
      add({ ...at, area: row.muni_code as string, indicator, value: figure(row[indicator]) })
    }
  }
  const [, ...older] = csv('municipality_ssdse_2018.csv') as [Row, ...Row[]]
  for (const row of older) {
    for (const indicator of columnsOf.ssdse2018) {
      const at = {
        period: calendar('2015'),
        vintage: '2018',
        status: 'final',
        source: 'ssdse-2018',
      }
      add({ ...at, area: row.muni_code as string, indicator, value: figure(row[indicator]) })
    }
  }
}

/** The marks of the table are kept. */
function addSocialLife(): void {
  for (const row of csv('social_life_indicators_a_1975_2020.csv')) {
    for (const indicator of columnsOf.socialLife) {
      const text = row[indicator] as string
      const status = text === '***' || text === '-' ? 'missing' : 'final'
      const at = { period: row.time_code as string, vintage: '2024-08-10', source: 'ssds-a' }
      add({ ...at, status, area: row.area_code as string, indicator, value: figure(text) })
    }
  }
}

/** Changes of value only, the later one ending the earlier. */
function writeFigures(): void {
  const blocks = new Map<
    string,
    {
      i: string
      a: string
      v: string
      st: string
      s: string
      p: string[]
      x: (number | string)[]
      e: (string | 0)[]
    }
  >()
  for (const vintages of figures.values()) {
    vintages.sort((a, b) => (a.vintage < b.vintage ? -1 : 1))
    const kept = vintages.filter((each, n) => n === 0 || each.value !== vintages[n - 1]?.value)
    for (const [n, { indicator, area, period, vintage, value, status, source }] of kept.entries()) {
      const key = [indicator, area, vintage, status, source].join(' ')
      const block = blocks.get(key) ?? {
        i: indicator,
        a: area,
        v: vintage,
        st: status,
        s: source,
        p: [],
        x: [],
        e: [],
      }
      block.p.push(period)
      block.x.push(value)
      block.e.push(kept[n + 1]?.vintage ?? 0)
      blocks.set(key, block)
    }
  }
  const rows = [...blocks.values()].map(({ e, ...block }) =>
    e.every((end) => end === 0) ? block : { ...block, e },
  )
  write('figures.ndjson.gz', rows)
  const count = [...blocks.values()].reduce((sum, { p }) => sum + p.length, 0)
  process.stdout.write(`${count} figures\n`)
}

function add(figure: Figure): void {
  const key = `${figure.indicator} ${figure.area} ${figure.period}`
  figures.set(key, [...(figures.get(key) ?? []), figure])
}

/** The year after a census, when its counts came out; for the oldest ones that is a convention. */
function census(year = '') {
  return {
    period: calendar(year),
    vintage: String(Number(year) + 1),
    status: 'final',
    source: 'census',
  }
}

/** Published in the spring after. */
function estimate(year = '') {
  return {
    period: calendar(year),
    vintage: String(Number(year) + 1),
    status: 'estimated',
    source: 'estimates',
  }
}

function ageClass(group: string) {
  return (sex: 'male' | 'female'): string => {
    const code = `age5.${sex}.${group}`
    const [ja, en] = sex === 'male' ? ['男', 'male'] : ['女', 'female']
    ageIndicators.set(code, {
      code,
      name_ja: `${group.replace('-', '～').replace('+', '歳以上')}${group.endsWith('+') ? '' : '歳'}人口（${ja}）`,
      name_en: `Population aged ${group}, ${en}`,
      unit: '人',
      kind: 'count',
      category: 'population',
      aggregation: 'sum',
      decimals: 0,
      family: 'age5',
    })
    return code
  }
}

/** e-Stat's time code of a calendar year. */
function calendar(year: string): string {
  return `${year}000000`
}

/** A number, or the mark that stands for none; an empty cell is a place that was not surveyed. */
function figure(text = ''): number | string {
  if (text === '') return '***'
  const value = Number(text)
  if (Number.isFinite(value)) return value
  if (text === '***' || text === '-') return text
  throw new Error(`This is no figure: ${text}`)
}

function thousands(text = ''): number | string {
  const value = figure(text)
  return typeof value === 'number' ? value * 1000 : value
}

/** Writes all figures, and answers the indicators of five-year ages that there are. */
export function makeFigures(): SeedIndicator[] {
  addCensus()
  addAges()
  addEstimates()
  addSsdseB()
  addSsdseE()
  addMunicipalities()
  addSocialLife()
  writeFigures()
  return [...ageIndicators.values()]
}
