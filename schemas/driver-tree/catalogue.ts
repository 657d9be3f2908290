import { type Static, Type } from '@sinclair/typebox'
import { oneOf, ref } from '../common.ts'

/** What a catalogue has formulas for. */
export const treeKpis = ['売上', '原価', '販管費', '粗利', '営業利益', 'EBITDA'] as const
export const TreeKpi = oneOf(...treeKpis)
export type TreeKpi = Static<typeof TreeKpi>

export const TreeCategory = Type.Object(
  {
    category_id: Type.Integer({ minimum: 1, maximum: 20, examples: [9] }),
    category_name: Type.String({ examples: ['卸売業、小売業'] }),
    industries: Type.Array(
      Type.Object({
        industry_id: Type.Integer({ minimum: 1, maximum: 99, examples: [58] }),
        industry_name: Type.String({ examples: ['飲食料品小売業'] }),
        driver_types: Type.Array(
          Type.Object({
            driver_type_id: Type.Integer({ minimum: 1, maximum: 99, examples: [10] }),
            driver_type: Type.String({
              description: 'What the route of formulas takes as `driver_tree`.',
              examples: ['店舗数×来客数×CVR×単価型'],
            }),
          }),
          { description: 'The one that fits best first.' },
        ),
      }),
    ),
  },
  {
    $id: 'TreeCategory',
    description: 'A division of the Japan Standard Industrial Classification with its groups.',
  },
)
export type TreeCategory = Static<typeof TreeCategory>

export const TreeCatalogue = Type.Object(
  {
    categories: Type.Array(ref(TreeCategory)),
    kpis: Type.Array(TreeKpi, { examples: [treeKpis] }),
  },
  { $id: 'TreeCatalogue' },
)
export type TreeCatalogue = Static<typeof TreeCatalogue>

export const TreeFormulas = Type.Object(
  {
    formulas: Type.Array(Type.String(), {
      description: 'In the order from the KPI down to what it is made of, each once.',
      examples: [['売上 = 販売数量 * 販売単価', '販売数量 = 仕入数量 * 出荷率']],
    }),
  },
  { $id: 'TreeFormulas' },
)
export type TreeFormulas = Static<typeof TreeFormulas>

export const TreeFormulaQuery = Type.Object({
  driver_tree: Type.String({
    minLength: 1,
    maxLength: 100,
    description:
      'The name of a driver tree type. `_` and `・` are the same in it, and so are wide and narrow letters.',
    examples: ['仕入数量×出荷率型'],
  }),
  KPI: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'One of 売上, 原価, 販管費, 粗利, 営業利益, EBITDA.',
    examples: ['売上'],
  }),
})
export type TreeFormulaQuery = Static<typeof TreeFormulaQuery>

export const treeCatalogueSchemas = [TreeCategory, TreeCatalogue, TreeFormulas] as const
