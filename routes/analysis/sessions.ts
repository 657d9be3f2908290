import type { Routes } from '../../src/fastify.ts'

export const sessions: Routes = async () => {}
