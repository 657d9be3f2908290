import type { Routes } from '../../src/fastify.ts'
import { thumbnails } from './thumbnails.ts'

export const uploads: Routes = async (app) => {
  app.register(thumbnails, { prefix: '/thumbnails' })
}
