import type { SheetTable } from '../../sheet-tables.ts'
import type { Tables } from '../engine.ts'
import type { Relation, SnapshotInput } from '../steps/model.ts'

/** The long form of the table that a snapshot starts from; made once in a database of the engine. */
export function openInput(_tables: Tables, _input: SnapshotInput): Promise<Relation> {
  throw new Error('to be written')
}

/** The long form of a small table that is at hand, with the roles its columns seem to have. */
export function openCells(_tables: Tables, _table: SheetTable): Promise<Relation> {
  throw new Error('to be written')
}
