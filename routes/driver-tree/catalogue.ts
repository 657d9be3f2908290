import { ref } from '../../schemas/common.ts'
import {
  TreeCatalogue,
  TreeFormulaQuery,
  TreeFormulas,
} from '../../schemas/driver-tree/catalogue.ts'
import { listCatalogueFormulas } from '../../src/driver-tree/catalogue/formulas.ts'
import { etagOfText, getTreeCatalogue } from '../../src/driver-tree/catalogue/industries.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['driver-tree']

export const catalogue: Routes = async (app) => {
  app.get(
    '/category',
    {
      config: { permission: 'tree.read' },
      schema: {
        operationId: 'getTreeCatalogue',
        summary: 'List industries with the driver tree types that fit them',
        description:
          'The 20 divisions and 99 groups of the Japan Standard Industrial Classification, and the KPIs that there are formulas for.',
        tags,
        response: { 200: ref(TreeCatalogue) },
      },
    },
    async (_request, reply) => {
      const { catalogue, etag } = getTreeCatalogue()
      return reply.header('etag', etag).send(catalogue)
    },
  )

  app.get(
    '/formula',
    {
      config: {
        permission: 'tree.read',
        failures: [
          'driver_type_not_found',
          'kpi_formula_not_found',
          'driver_type_without_formulas',
        ],
      },
      schema: {
        operationId: 'listTreeFormulas',
        summary: 'List the formulas of a driver tree type for a KPI',
        description:
          'They can be imported into a tree as they are. A 404 says which types and KPIs there are: one type has no 原価, and one no formulas at all.',
        tags,
        querystring: TreeFormulaQuery,
        response: { 200: ref(TreeFormulas) },
      },
    },
    async ({ query }, reply) => {
      const formulas = listCatalogueFormulas(query)
      return reply.header('etag', etagOfText(JSON.stringify(formulas))).send({ formulas })
    },
  )
}
