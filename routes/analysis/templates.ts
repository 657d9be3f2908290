import type { Routes } from '../../src/fastify.ts'

export const templates: Routes = async () => {}
