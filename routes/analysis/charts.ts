import type { Routes } from '../../src/fastify.ts'

export const charts: Routes = async () => {}
