import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createEngine } from '../../src/analysis/engine.ts'
import { diskStorage } from '../../src/storage.ts'

/** A process with a database that has spilt onto the disk; it says so and waits for its end. */
const folder = process.argv[2] as string
const engine = createEngine({
  storage: diskStorage(join(folder, '..', 'files')),
  folder,
  megabytes: 64,
  threads: 2,
  limits: { beatMs: 500 },
})
await engine.use('one', async (tables) => {
  await tables.run(
    `create table big as select range as n, repeat('x', 90) || range as t from range(1500000)`,
  )
  process.stdout.write('spilt\n')
  await wait(60_000)
})
