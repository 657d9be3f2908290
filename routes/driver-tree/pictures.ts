import { fileOf } from '../../schemas/common.ts'
import { TreeParams } from '../../schemas/driver-tree/common.ts'
import { sendPicture } from '../../src/driver-tree/output/sending.ts'
import { getTreeRow } from '../../src/driver-tree/trees/access.ts'
import type { Routes } from '../../src/fastify.ts'

export const pictures: Routes = async (app) => {
  app.get(
    '/tree.svg',
    {
      config: {
        permission: 'tree.read',
        failures: ['tree_not_found', 'tree_too_large', 'tree_data_too_large', 'too_busy'],
      },
      schema: {
        operationId: 'drawTree',
        summary: 'Draw a tree',
        description:
          'SVG: the root on the left, operands to the right of what is calculated from them. Each node has its formula, and one number of all of its own as its `aggregation` says, without and with the policies that are active. Of more than 500 nodes those nearest to the root are drawn, and the picture says so. The `ETag` is the version of the tree. Any member of the project may look.',
        tags: ['driver-tree'],
        params: TreeParams,
        response: { 200: fileOf('image/svg+xml') },
      },
    },
    async (request, reply) => {
      const tree = await getTreeRow(app.db, request.caller, request.params.tree_id)
      await sendPicture(app, request, reply, tree)
    },
  )
}
