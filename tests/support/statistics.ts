import { test as base, type Service, startService } from './service.ts'

export { describe, expect } from 'vitest'

/** One service per file that has the bundled figures, as every service has that was started. */
export const test = base.extend<{ service: Service }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const service = await startService({ withStatistics: true })
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
})
