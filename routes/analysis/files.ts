import type { Routes } from '../../src/fastify.ts'

export const files: Routes = async () => {}
