import type { Db } from '../../../db/tables.ts'
import type { Similar, SimilarQuery } from '../../../schemas/statistics/livability.ts'
import { failure } from '../../failure.ts'
import type { Answer } from '../answer.ts'
import { areaFields } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { barsOf } from '../formats.ts'
import { similarAreas } from '../indices/similar-areas.ts'
import { answered } from '../refusals.ts'
import { metaFor } from './about.ts'
import { readColumns } from './columns.ts'
/** Areas most like one, with where they are close and where they are not. */
export async function getSimilar(
  db: Db,
  catalogue: Catalogue,
  name: string,
  { count, level, years }: SimilarQuery,
): Promise<Answer<Similar>> {
  const area = catalogue.resolveArea(name)
  const table = await readColumns(db, catalogue, { weights: new Map(), level, years })
  const target = table.areas.indexOf(area)
  if (target < 0) throw failure('area_not_scored', { name: area.name_ja, level })
  const found = answered(similarAreas(table.columns, target, { count }))
  const rows = found.areas.map(({ area: n, distance, shared, closest, farthest }) => ({
    ...areaFields(table.areas[n] ?? area),
    distance,
    shared,
    closest,
    farthest,
  }))
  const meta = {
    ...metaFor(catalogue, table),
    method: {
      id: 'euclidean-z',
      ja: '標準化した指標の二乗平均平方根距離',
      en: 'Root mean squared difference of z-scores over shared indicators',
    },
  }
  return {
    body: {
      meta,
      rows,
      area_code: area.code,
      area_name: area.name_ja,
      compared: found.compared,
    },
    chart: () =>
      barsOf(
        rows.map(({ area_name }) => area_name),
        [{ id: 'distance', label: '距離', unit: 'σ', data: rows.map((row) => row.distance) }],
        meta,
      ),
  }
}
