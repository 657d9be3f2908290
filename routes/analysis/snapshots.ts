import type { Routes } from '../../src/fastify.ts'

export const snapshots: Routes = async () => {}
