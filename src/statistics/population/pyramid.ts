import type { Db } from '../../../db/tables.ts'
import type { Pyramid, PyramidQuery, PyramidRow } from '../../../schemas/statistics/population.ts'
import { failure } from '../../failure.ts'
import { groupBy } from '../../values.ts'
import type { Answer } from '../answer.ts'
import { areasIn } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { barsOf } from '../formats.ts'
import { metaOf } from '../meta.ts'
import { yearCode } from '../periods.ts'
import { type Observation, readObservations } from '../store.ts'
import { type AgeClass, addUpAges, closeAt, lowestOpenAge } from './ages.ts'

/** Ages that count the year of birth as the first. */
const countedYear = 1945

export type PyramidTable = {
  year: number
  classes: AgeClass[]
  source: string
  vintage: string
  isSummed: boolean
}

/**
 * Persons by five-year age class and sex, for a year or two. Failures: `area_not_found`,
 * `area_ambiguous`, `ages_not_comparable`, `figures_not_found`.
 */
export async function getPyramid(
  db: Db,
  catalogue: Catalogue,
  query: PyramidQuery,
): Promise<Answer<Pyramid>> {
  const [area] = areasIn(catalogue, query)
  if (!area) throw failure('figures_not_found', { years: '-' })
  const { compare } = query
  const known = await pyramidYearsOf(db, area.code)
  const year = query.year ?? known.at(-1) ?? 0
  const asked = [...new Set(compare === undefined ? [year] : [year, compare])]
  if (asked.some((each) => !known.includes(each))) {
    throw failure('figures_not_found', { years: known.map(String) })
  }
  if (asked.length > 1 && asked.includes(countedYear)) {
    throw failure('ages_not_comparable', { year: countedYear })
  }
  const tables: PyramidTable[] = []
  for (const each of asked) tables.push(await readAges(db, catalogue, area.code, each))
  const open = lowestOpenAge(tables.map(({ classes }) => classes))
  const isClosed = tables.some(({ classes }) => lowestOpenAge([classes]) !== open)

  const rows = tables.flatMap(({ year, classes, source, vintage }): PyramidRow[] => {
    const persons = classes.reduce((sum, { male, female }) => sum + male + female, 0)
    const shareOf = (part: number) => (persons === 0 ? null : (part / persons) * 100)
    return closeAt(classes, open).map(({ age_group, male, female }) => ({
      area_code: area.code,
      area_name: area.name_ja,
      year,
      age_group,
      male,
      female,
      male_share: shareOf(male),
      female_share: shareOf(female),
      unit: '人',
      source,
      vintage,
    }))
  })
  const isSummed = tables.some((table) => table.isSummed)
  const figures = rows.map((row) => ({ ...row, value: row.male }))
  const meta = metaOf(catalogue, {
    rows: figures,
    of: 1,
    processed: isSummed || isClosed,
    notes: [
      tables.some(({ source }) => source === 'census') && 'unknown_left_out',
      tables.some(({ source }) => source === 'estimates') && 'allocated_ages',
      isSummed && 'summed_from_prefectures',
      isClosed && 'open_class',
    ],
  })
  const age_groups = [...new Set(rows.map(({ age_group }) => age_group))]
  return {
    body: { meta, rows, age_groups },
    chart: () =>
      barsOf(
        age_groups,
        asked.flatMap((each) =>
          (['male', 'female'] as const).map((sex) => ({
            id: `${sex}:${area.code}:${each}`,
            label: `${each}年 ${sex === 'male' ? '男' : '女'}`,
            unit: '人',
            stack: String(each),
            data: rows.filter((row) => row.year === each).map((row) => row[sex]),
          })),
        ),
        meta,
      ),
  }
}

const familyOf = (catalogue: Catalogue) =>
  [...catalogue.indicators.values()].filter(({ family }) => family === 'age5')

/** Years with ages; of the nation, those of its prefectures too. */
export async function pyramidYearsOf(db: Db, area: string): Promise<number[]> {
  const rows = await readObservations(db, {
    indicators: ['age5.male.0-4', 'age5.male.1-5'],
    areas: area === '00000' ? [area, '13000'] : [area],
  })
  return [...new Set(rows.map(({ year }) => year))].sort((a, b) => a - b)
}

/** Ages of an area; of the nation, the sum of its prefectures where it has none of its own. */
export async function readAges(
  db: Db,
  catalogue: Catalogue,
  area: string,
  year: number,
): Promise<PyramidTable> {
  const indicators = familyOf(catalogue).map(({ code }) => code)
  const read = (areas: readonly string[]) =>
    readObservations(db, { indicators, areas, periods: [yearCode(year)] })
  const own = await read([area])
  const isSummed = own.length === 0 && area === '00000'
  const rows = isSummed ? await read(catalogue.codesOf('prefecture')) : own
  const tables = [...groupBy(rows, (row) => row.area).values()].map(tableOf)
  const [first] = rows
  return {
    year,
    classes: addUpAges(tables),
    source: first?.source_id ?? 'census',
    vintage: first?.vintage ?? '',
    isSummed,
  }
}

/** From `age5.male.20-24` and its like to one line a class. */
function tableOf(rows: readonly Observation[]): AgeClass[] {
  const classes = new Map<string, AgeClass>()
  for (const { indicator, value } of rows) {
    const [, sex, age_group = ''] = indicator.split('.')
    const known = classes.get(age_group) ?? { age_group, male: 0, female: 0 }
    classes.set(age_group, { ...known, [sex as 'male']: value ?? 0 })
  }
  return [...classes.values()]
}
