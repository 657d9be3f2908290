import { readTables, sheetsIn } from '../../src/sheet-reading.ts'
import type { TableFile } from '../../src/sheet-tables.ts'
import { serveTasks } from '../../src/workers/serve.ts'

/** The entry of a worker that tells how large the sheets of a file are. */
const tasks = {
  read_tables: readTables,
  sizes: async (file: TableFile) => {
    const sizes: { name: string; rows: number; skipped_reason: string | null }[] = []
    for await (const { name, rows, skipped_reason } of sheetsIn(file)) {
      sizes.push({ name: name.slice(0, 50), rows: rows.length, skipped_reason })
    }
    return sizes
  },
}

export type SheetTasks = typeof tasks

serveTasks(tasks)
