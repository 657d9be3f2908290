import type { Routes } from '../../src/fastify.ts'
import { calculation } from './calculation.ts'
import { catalogue } from './catalogue.ts'
import { files } from './files.ts'
import { imports } from './imports.ts'
import { nodes } from './nodes.ts'
import { output } from './output.ts'
import { pictures } from './pictures.ts'
import { policies } from './policies.ts'
import { scenarios } from './scenarios.ts'
import { trees } from './trees.ts'

export const driverTree: Routes = async (app) => {
  app.register(files, { prefix: '/file' })
  app.register(trees)
  app.register(imports)
  app.register(nodes)
  app.register(policies, { prefix: '/node/:node_id/policy' })
  app.register(calculation, { prefix: '/tree/:tree_id' })
  app.register(scenarios, { prefix: '/tree/:tree_id/scenario' })
  app.register(catalogue)
  app.register(output)
  app.register(pictures, { prefix: '/tree/:tree_id' })
}
