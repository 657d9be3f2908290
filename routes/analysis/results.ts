import type { Routes } from '../../src/fastify.ts'

export const results: Routes = async () => {}
