import type { AreaLevel } from '../../../db/tables/statistics.ts'
import { indicatorIn, isEstimate } from '../census.ts'
import type { Cell } from '../estat/cells.ts'
import type { IndicatorRule, Rules } from '../estat/observations.ts'
import type { DataQuery } from '../estat/query.ts'

/** A table of e-Stat that is read every day, and what of it becomes which of our figures. */
export type Plan = Pick<Rules, 'indicators' | 'status' | 'fiscalAsCalendar'> & {
  source: { id: string; name_ja: string; name_en: string; credit: string; url: string }
  query: DataQuery
  levels: readonly AreaLevel[]
  /** Bundled sources all of whose figures it brings up to date: stale when it is. */
  supersedes?: readonly string[]
}

const portal = '出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）'
const persons = { 人: 1 }
const units: Record<string, Record<string, number>> = {
  A710101: { 世帯: 1 },
  A9101: { 組: 1 },
  A9201: { 組: 1 },
}

/** Rates have units such as `‐` or none at all. */
const withoutUnit = ['A4103']

/** The years that a table of 社会・人口統計体系 may have. */
const years = Array.from({ length: 86 }, (_, n) => 1975 + n)

const yearOf = ({ codes }: Cell) => Number(codes.time?.slice(0, 4))

/** Items of 社会・人口統計体系; those that mean something else between censuses have a rule a year. */
function rulesOf(items: readonly string[]): IndicatorRule[] {
  return items.flatMap((item) => {
    const unit = withoutUnit.includes(item) ? {} : { units: units[item] ?? persons }
    if (years.every((year) => indicatorIn(year, item) === item)) {
      return [{ where: { cat01: item }, indicator: item, ...unit }]
    }
    return years.map((year) => ({
      where: { cat01: item, time: `${year}100000` },
      indicator: indicatorIn(year, item),
      ...unit,
    }))
  })
}

const ssds = (statsDataId: string, items: readonly string[]) => ({
  query: { statsDataId, narrow: { cat01: { codes: items } } },
  indicators: rulesOf(items),
  fiscalAsCalendar: true,
  status: (cell: Cell) => {
    const year = yearOf(cell)
    return isEstimate(year, indicatorIn(year, cell.codes.cat01 ?? '')) ? 'estimated' : 'final'
  },
})

const common = ['A1101', 'A110101', 'A110102', 'A1301', 'A1302', 'A1303', 'A4101', 'A4200']

/** Every table that is synced: to add one is to add it here. */
export const plans: readonly Plan[] = [
  {
    source: {
      id: 'estat-ssds-prefectures',
      name_ja: '社会・人口統計体系 都道府県データ 基礎データ A 人口・世帯',
      name_en: 'System of Social and Demographic Statistics, prefectures, population',
      credit: `${portal}社会・人口統計体系（総務省）`,
      url: 'https://www.e-stat.go.jp/dbview?sid=0000010101',
    },
    ...ssds('0000010101', [...common, 'A4103', 'A5101', 'A5102', 'A710101', 'A9101', 'A9201']),
    levels: ['nation', 'prefecture'],
    supersedes: ['estimates'],
  },
  {
    source: {
      id: 'estat-ssds-municipalities',
      name_ja: '社会・人口統計体系 市区町村データ 基礎データ（廃置分合処理済） A 人口・世帯',
      name_en: 'System of Social and Demographic Statistics, municipalities, population',
      credit: `${portal}社会・人口統計体系（総務省）`,
      url: 'https://www.e-stat.go.jp/dbview?sid=0000020201',
    },
    ...ssds('0000020201', [...common, 'A5101', 'A5102', 'A710101']),
    levels: ['municipality'],
  },
  {
    source: {
      id: 'estat-census-2020',
      name_ja: '国勢調査 令和2年 男女別人口',
      name_en: 'Population Census 2020, population by sex',
      credit: `${portal}国勢調査（総務省）`,
      url: 'https://www.e-stat.go.jp/dbview?sid=0003445078',
    },
    query: { statsDataId: '0003445078', narrow: { cat01: { codes: ['0', '1', '2'] } } },
    indicators: [
      { where: { cat01: '0' }, indicator: 'A1101', units: persons },
      { where: { cat01: '1' }, indicator: 'A110101', units: persons },
      { where: { cat01: '2' }, indicator: 'A110102', units: persons },
    ],
    levels: ['nation', 'prefecture', 'municipality', 'ward'],
  },
]

export function planOf(sourceId: string): Plan | undefined {
  return plans.find(({ source }) => source.id === sourceId)
}
