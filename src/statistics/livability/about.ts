import type { Meta } from '../../../schemas/statistics/meta.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Composite } from '../indices/composite.ts'
import { metaOf } from '../meta.ts'
import type { LivabilityTable } from './columns.ts'

const names: Record<string, { ja: string; en: string }> = {
  deviation: { ja: '偏差値（30〜70に制限）', en: 'deviation scores clipped to 30-70' },
  zscore: { ja: '標準得点', en: 'z-scores' },
  minmax: { ja: '最小値0・最大値100', en: 'min-max on 0-100' },
  percentile: { ja: 'パーセンタイル', en: 'percentiles' },
  arithmetic: { ja: '加重算術平均', en: 'weighted arithmetic mean' },
  geometric: { ja: '加重幾何平均', en: 'weighted geometric mean' },
}

/** The indicators of the index as they were used, and how many areas have a score. */
export function aboutOf(catalogue: Catalogue, { columns }: LivabilityTable, composite: Composite) {
  return {
    ranked: composite.ranked,
    indicators: columns.map(({ indicator, direction, figures }, n) => {
      const { name_ja, name_en, unit, category, formula } = catalogue.resolveIndicator(indicator)
      const years = new Set(figures.flatMap((figure) => figure?.year ?? []))
      return {
        code: indicator,
        name_ja,
        name_en,
        unit,
        category,
        direction,
        formula,
        weight: composite.weights[n]?.weight ?? 0,
        year: years.size === 1 ? ([...years][0] ?? null) : null,
        areas: figures.filter((figure) => figure !== undefined).length,
      }
    }),
  }
}

/** Whose figures went in, and how they were put together. */
export function metaFor(
  catalogue: Catalogue,
  { areas, columns }: LivabilityTable,
  composite?: Composite,
): Meta {
  const rows = columns.flatMap(({ figures }) =>
    figures.flatMap((figure) =>
      figure ? { ...figure, area_code: figure.area, source: figure.source_id } : [],
    ),
  )
  const { normalisation = '', aggregation = '' } = composite?.method ?? {}
  const [scale, mean] = [names[normalisation], names[aggregation]]
  return metaOf(catalogue, {
    rows,
    of: areas.length,
    processed: true,
    unit: null,
    method:
      scale && mean
        ? {
            id: `${normalisation}-${aggregation}`,
            ja: `${scale.ja}の${mean.ja}。欠測は除いて重みを再配分`,
            en: `${mean.en} of ${scale.en}; what is missing is dropped and weights are rescaled (OECD & JRC 2008)`,
          }
        : null,
  })
}
