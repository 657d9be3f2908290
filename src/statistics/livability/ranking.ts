import type { Db } from '../../../db/tables.ts'
import type { Ranking, RankingQuery, RankingRow } from '../../../schemas/statistics/livability.ts'
import { inSlices } from '../../slices.ts'
import type { Answer } from '../answer.ts'
import { areaFields } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { barsOf } from '../formats.ts'
import { drawRanks } from '../indices/rank-intervals.ts'
import { answered } from '../refusals.ts'
import { aboutOf, metaFor } from './about.ts'
import { readColumns } from './columns.ts'
import { askedIn, scoreAt } from './scores.ts'
/** Areas in order of score, each with the interval in which its rank lies whatever one chooses. */
export async function getRanking(
  db: Db,
  catalogue: Catalogue,
  { draws, seed, ...query }: RankingQuery,
): Promise<Answer<Ranking>> {
  const asked = askedIn(query)
  const table = await readColumns(db, catalogue, asked)
  const drawn = answered(await inSlices(drawRanks(table.columns, asked.method, { draws, seed })))
  const rows = table.areas
    .map((area, n): RankingRow => {
      const interval = drawn.intervals[n]
      const { score, rank, coverage, reason, missing } = scoreAt(drawn.composite, n)
      return {
        ...areaFields(area),
        score,
        rank,
        rank_low: interval?.low ?? null,
        rank_median: interval?.median ?? null,
        rank_high: interval?.high ?? null,
        rank_best: interval?.best ?? null,
        rank_worst: interval?.worst ?? null,
        coverage,
        reason,
        missing,
      }
    })
    .sort(
      (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.area_code < b.area_code ? -1 : 1),
    )
  const meta = metaFor(catalogue, table, drawn.composite)
  return {
    body: {
      meta,
      rows,
      ...aboutOf(catalogue, table, drawn.composite),
      interval: {
        draws: drawn.draws,
        seed: drawn.seed,
        strength: drawn.strength,
        normalisations: [...drawn.normalisations],
        leave_one_out: drawn.leaveOneOut,
      },
    },
    chart: () =>
      barsOf(
        rows.map(({ area_name }) => area_name),
        [
          { id: 'score', label: '住みやすさ', unit: '', data: rows.map(({ score }) => score) },
          {
            id: 'rank_low',
            label: '順位 5%',
            unit: '位',
            yAxisID: 'rank',
            data: rows.map((row) => row.rank_low),
          },
          {
            id: 'rank_high',
            label: '順位 95%',
            unit: '位',
            data: rows.map((row) => row.rank_high),
          },
        ],
        meta,
      ),
  }
}
