import type { Routes } from '../../src/fastify.ts'
import { files } from './files.ts'
import { resumableUploads } from './resumable.ts'
import { send } from './send.ts'
import { thumbnails } from './thumbnails.ts'

export const uploads: Routes = async (app) => {
  app.register(send)
  app.register(files)
  app.register(resumableUploads, { prefix: '/resumable' })
  app.register(thumbnails, { prefix: '/thumbnails' })
}
