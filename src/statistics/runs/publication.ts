import type { RunRow } from '../../../db/tables/statistics-runs.ts'
import type { Trx } from '../../../db/tables.ts'
import { publish, publishDerived } from '../publish.ts'
import type { Figure } from '../quality/batch.ts'

/** Publishes figures and what is worked out of them. */
export async function publishFigures(
  trx: Trx,
  published: string,
  figures: readonly Figure[],
): Promise<Pick<RunRow, 'outcome' | 'vintage' | 'rows_added' | 'rows_changed'>> {
  const { vintage, added, changed } = await publish(trx, published, figures)
  if (added + changed === 0) {
    return { outcome: 'unchanged', vintage: null, rows_added: 0, rows_changed: 0 }
  }
  await publishDerived(trx, new Set(figures.map(({ indicator }) => indicator)))
  return { outcome: 'published', vintage, rows_added: added, rows_changed: changed }
}
