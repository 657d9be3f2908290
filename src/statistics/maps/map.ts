import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type { MapParams, MapQuery, MapRow, MapValues } from '../../../schemas/statistics/map.ts'
import type { Meta } from '../../../schemas/statistics/meta.ts'
import { failure } from '../../failure.ts'
import type { Answer } from '../answer.ts'
import { areaFields, areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { barsOf, type Feature, featuresOf } from '../formats.ts'
import { classesOf, classOf } from '../indices/classes.ts'
import { isRefusal } from '../indices/refusals.ts'
import { metaOf } from '../meta.ts'
import type { Observation } from '../store.ts'
import { linksTo, requireShapes } from './geo.ts'
import { type Atlas, shapesCredit } from './shapes.ts'
import { type Moment, momentOf, readFigures, type Subject, subjectOf, yearsOf } from './subject.ts'

const methods: Record<MapQuery['method'], NonNullable<Meta['method']>> = {
  quantile: {
    id: 'quantile',
    ja: '等量分類（分位数、タイプ7）',
    en: 'Quantiles of type 7 (Hyndman & Fan 1996)',
  },
  equal: { id: 'equal', ja: '等間隔分類', en: 'Classes of equal width' },
  jenks: {
    id: 'jenks',
    ja: '自然分類（ジェンクス法）',
    en: 'Natural breaks (Fisher 1958, Jenks & Caspall 1971), by Wang & Song 2011',
  },
}

/**
 * An indicator, or a measure of population, over areas in one period, in classes. Failures:
 * `indicator_not_found`, `area_not_found`, `area_ambiguous`, `no_areas_within`, `figures_not_found`
 * and, as GeoJSON, `geometry_not_found`.
 */
export async function getMap(
  db: Db,
  catalogue: Catalogue,
  atlas: Atlas,
  { indicator }: MapParams,
  query: MapQuery,
): Promise<Answer<MapValues>> {
  const { level, method } = query
  const parent = query.parent === undefined ? undefined : catalogue.resolveArea(query.parent)
  const areas = catalogue.codesOf(level, parent?.code).map((code) => areaOf(catalogue, code))
  if (areas.length === 0)
    throw failure('no_areas_within', { level, parent: parent?.name_ja ?? '-' })
  const subject = subjectOf(catalogue, indicator)
  const { found, sourcesIn } = await readFigures(db, catalogue, subject, areas, query.as_of)
  const moment = momentOf(found, query)
  const inMoment = found.filter(({ period }) => period === moment?.period_code)
  const cut = classesOf(
    inMoment.map(({ value }) => value),
    method,
    query.classes,
  )
  if (!moment || isRefusal(cut)) throw failure('figures_not_found', { years: yearsOf(found) })
  const rows = rowsOf(catalogue, subject, areas, inMoment, moment, cut.breaks)
  const meta = metaOf(catalogue, {
    rows,
    of: areas.length,
    sources: sourcesIn(moment.year),
    processed: subject.isProcessed,
    unit: subject.unit,
    method: methods[method],
    notes: [
      ...subject.notes,
      areas.some(({ code }) => !atlas.places.has(code)) && 'shapes_missing',
    ],
  })
  return {
    body: {
      meta,
      title: subject.title,
      title_en: subject.title_en,
      period: moment.period,
      year: moment.year,
      values: Object.fromEntries(rows.map(({ area_code, value }) => [area_code, value])),
      breaks: cut.breaks,
      classes: cut.classes.map((each, n) => ({ class: n, ...each })),
      fit: cut.fit,
      geometry: linksTo(atlas, level, parent?.code),
      rows,
    },
    chart: () =>
      barsOf(
        rows.map(({ area_name }) => area_name),
        [barOf(subject, moment, rows)],
        meta,
      ),
    features: () => {
      requireShapes(catalogue, atlas, level, parent?.code)
      const features = rows.map((row) => featureOf(atlas, row))
      return featuresOf(features, { credit: shapesCredit, meta })
    },
  }
}

function rowsOf(
  catalogue: Catalogue,
  { code, unit }: Subject,
  areas: readonly AreaRow[],
  found: readonly Observation[],
  moment: Moment,
  breaks: readonly number[],
): MapRow[] {
  const byArea = new Map(found.map((each) => [each.area, each]))
  return areas.map((area) => {
    const { value, ...figure } = figureOf(catalogue, byArea.get(area.code))
    return {
      indicator: code,
      ...areaFields(area),
      ...moment,
      value,
      unit,
      class: value === null ? null : classOf(breaks, value),
      ...figure,
    }
  })
}

function barOf({ code, title, unit }: Subject, { period }: Moment, rows: readonly MapRow[]) {
  return {
    id: `${code}:${period}`,
    label: `${title} ${period}`,
    unit,
    data: rows.map(({ value }) => value),
    codes: rows.map(({ area_code }) => area_code),
    classes: rows.map((row) => row.class),
  }
}

/** What is known of one area; where there is no row there is none of a value either. */
function figureOf(catalogue: Catalogue, found: Observation | undefined) {
  if (!found) {
    return {
      value: null,
      mark: null,
      mark_meaning: null,
      status: 'missing' as const,
      vintage: null,
      source: null,
    }
  }
  const { value, mark, status, vintage, source_id: source } = found
  return {
    value,
    mark,
    mark_meaning: (mark && catalogue.legends.get(`${source} ${mark}`)) ?? null,
    status: value === null && status === 'final' ? ('missing' as const) : status,
    vintage,
    source,
  }
}

function featureOf({ places }: Atlas, row: MapRow): Feature {
  const { area_code: code, area_name: name, area_name_en: name_en, value, unit } = row
  const { period, mark, mark_meaning, status } = row
  const about = { name_en, value, class: row.class, unit, period, mark, mark_meaning, status }
  return {
    type: 'Feature',
    id: Number(code),
    properties: { code, name, ...about },
    geometry: places.get(code)?.geometry ?? null,
  }
}
