import type { Routes } from '../../src/fastify.ts'

export const chat: Routes = async () => {}
