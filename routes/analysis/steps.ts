import type { Routes } from '../../src/fastify.ts'

export const steps: Routes = async () => {}
