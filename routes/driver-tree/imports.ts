import { IfMatch, ref } from '../../schemas/common.ts'
import { TreeParams } from '../../schemas/driver-tree/common.ts'
import { ImportedTree, TreeImport } from '../../schemas/driver-tree/trees.ts'
import { importModel } from '../../src/driver-tree/trees/import.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

export const imports: Routes = async (app) => {
  app.post(
    '/tree/:tree_id',
    {
      config: {
        permission: 'tree.write',
        failures: [
          'tree_not_found',
          'project_role_required',
          'project_archived',
          'tree_sheet_not_found',
          'tree_sheet_without_table',
          'tree_sheet_periods',
          'tree_sheet_no_values',
          'tree_sheet_same_names',
          'tree_sheet_double_key',
          'tree_sheet_too_large',
          'formula_contradiction',
          'formula_cycle',
          'formula_cycle_through_prev',
          'tree_full',
          'file_missing',
        ],
      },
      schema: {
        operationId: 'importTree',
        summary: 'Take formulas, and the numbers of a sheet, into a driver tree',
        description:
          'Managers, moderators and members of the project. The formulas are one model: a label is one node wherever it stands, and parts of formulas become nodes of their own. What the tree has already keeps its id, data and policies; a definition takes the place of an older one; other nodes stay. The nodes of the model are laid out from the position. With `sheet_id` (a sheet of one’s own file, or of a file of this project) each 入力 gets the column or 科目 of its name, and the numbers are copied into the tree. The root of the tree stays, or moves up to what is now calculated from it; a tree without one gets the first of `import.roots`. All of it is done, or nothing.',
        tags: ['driver-tree'],
        params: TreeParams,
        headers: IfMatch,
        body: ref(TreeImport),
        response: { 200: ref(ImportedTree) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const tree = await importModel(app, caller, params.tree_id, body, version)
      return reply.header('etag', etagOf(tree)).send(tree)
    },
  )
}
