/**
 * Makes the bundled statistics from the published files, which are described, with their origins,
 * in db/seeds/README.md. Usage: npx tsx db/seeds/statistics/make.ts <folder of the files>
 *
 * Nothing is estimated. Thousands are written as persons; a figure that a later source
 * repeats unchanged is kept once, and one that it changes is kept with both its vintages.
 */
import { seedIndicators, seedSources } from './catalogue.ts'
import { makeFigures } from './figures.ts'
import { csv, geojson, prefecture, type Row, write } from './files.ts'

function writeAreas(): void {
  const rows = [
    { code: '00000', level: 'nation', parent: null, ja: '全国', en: 'Japan' },
    ...csv('prefectures.csv').map((row) => ({
      code: row.area_code,
      level: 'prefecture',
      parent: '00000',
      ja: row.name_ja,
      en: row.name_en,
      region: row.region_ja,
      lat: Number(row.capital_lat),
      lon: Number(row.capital_lon),
    })),
    ...csv('municipality_ssdse_a_2025.csv')
      .slice(2)
      .map((row) => municipality(row)),
    // Until it became a city, and with that another code.
    {
      ...municipality({ muni_code: '40305', muni_ja: '那珂川町' }),
      until: '2018-10-01',
      next: '40231',
    },
    ...wards(),
  ]
  write('areas.ndjson.gz', rows)
}

function municipality({ muni_code = '', muni_ja }: Row) {
  return {
    code: muni_code,
    level: 'municipality',
    parent: prefecture(muni_code.slice(0, 2)),
    ja: muni_ja,
  }
}

/** Of the cities whose wards have a geometry here. */
function wards() {
  return geojson('municipalities_14_kanagawa').features.flatMap(({ properties }) =>
    properties.parent_city_code
      ? [
          {
            code: properties.code,
            level: 'ward',
            parent: properties.parent_city_code,
            ja: properties.name_ja,
          },
        ]
      : [],
  )
}

/** Coordinates to five decimals, which is a metre. */
function writeGeometry(): void {
  const round = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Math.round(value * 1e5) / 1e5 : value
  const files = {
    prefecture: ['prefectures'],
    municipality: [
      'municipalities_13_tokyo',
      'municipalities_14_kanagawa',
      'municipalities_37_kagawa',
    ],
  }
  for (const [level, names] of Object.entries(files)) {
    const features = names.flatMap((name) => geojson(name).features)
    const rows = features.map(({ id, geometry, properties }) => {
      const code = properties.area_code ?? properties.code
      return { id, code, geometry }
    })
    write(`${level}-shapes.ndjson.gz`, rows, round)
  }
}

writeAreas()
writeGeometry()
write('indicators.ndjson.gz', [...seedIndicators, ...makeFigures()])
write('sources.ndjson.gz', seedSources)
