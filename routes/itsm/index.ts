import type { Routes } from '../../src/fastify.ts'

export const itsm: Routes = async (_app) => {}
