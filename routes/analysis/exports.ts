import type { Routes } from '../../src/fastify.ts'

export const exports: Routes = async () => {}
