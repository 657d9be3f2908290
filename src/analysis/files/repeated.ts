import type { RepeatedKeys, SheetColumn } from '../../../schemas/analysis/files.ts'
import type { Deps } from '../../fastify.ts'
import { plainTextOf } from '../../sheet-roles.ts'
import { isAxis } from './roles.ts'

/** As many axes of the first key as anybody looks at. */
const shownAxes = 50

/**
 * The keys of axes (and of a 科目, where it is a column) that stand more than once in a table, or null
 * where each row has its own. Fails as the engine does.
 */
export async function findRepeatedKeys(
  { engine }: Pick<Deps, 'engine'>,
  sessionId: string,
  key: string,
  columns: readonly SheetColumn[],
): Promise<RepeatedKeys | null> {
  const axes = columns.flatMap((column, n) => (isAxis(column) ? [{ n, name: column.name }] : []))
  const names = axes.map(({ n }) => `c${n}`)
  const groups = names.length > 0 ? `group by ${names.join(', ')}` : ''
  return engine.use(sessionId, async (tables) => {
    const path = await tables.localFile(key)
    const [found] = await tables.rows(
      `select count(*), min(first) from (
        select min(n) as first from read_parquet($1) ${groups} having count(*) > 1)`,
      [path],
    )
    const [count, first = null] = found ?? []
    if (!count) return null
    const shown = axes.slice(0, shownAxes)
    const list = ['n', ...shown.map(({ n }) => `c${n}`)].join(', ')
    const [row] = await tables.rows(`select ${list} from read_parquet($1) where n = $2`, [
      path,
      first,
    ])
    const cells = row?.slice(1) ?? []
    const named = shown.map(({ name }, n) => [name, cells[n] ?? null] as const)
    const texts = named.map(([name, cell]) => [name, cell === null ? null : plainTextOf(cell)])
    return { count: Number(count), first: Object.fromEntries(texts) }
  })
}
