import { hold } from '../../../db/hold.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Board, BoardChange, NewBoard } from '../../../schemas/itsm/cab.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { getBoardRow, holdBoard } from './board-access.ts'
import { describeBoards } from './board-rows.ts'
import { checkedDelegates, checkedMembers } from './memberships.ts'
import type { BoardRow } from './seats.ts'

export async function listBoards(db: Db, page: PageQuery) {
  const query = db.selectFrom('cab_boards').selectAll().orderBy('name_key').orderBy('id')
  const { boards, ...rest } = await paginate(query, page, 'boards')
  return { ...rest, boards: await describeBoards(db, boards) }
}

export async function getBoard(db: Db, id: string): Promise<Board> {
  return describeBoard(db, await getBoardRow(db, id))
}

export function createBoard(
  db: Db,
  caller: Caller,
  { members, delegates = [], ...input }: NewBoard,
): Promise<Board> {
  return transact(db, async (trx) => {
    const at = now()
    const { name, rule, quorum, is_default = false } = input
    if (is_default) await clearDefault(trx)
    await requireFreeName(trx, name)
    const row = await trx
      .insertInto('cab_boards')
      .values({
        id: newId(),
        name,
        name_key: keyOf(name),
        is_default: is_default ? 1 : 0,
        rule,
        quorum,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await setMembers(trx, row.id, members)
    await setDelegates(trx, row.id, members, delegates)
    const board = await describeBoard(trx, row)
    await recordAudit(trx, caller, 'cab_board.created', row.id, board)
    return board
  })
}

/** What votes have decided stays decided; those that are open are counted anew with their next vote. */
export function updateBoard(
  db: Db,
  caller: Caller,
  id: string,
  { members, delegates, ...change }: BoardChange,
  version?: number,
): Promise<Board> {
  return transact(db, async (trx) => {
    if (change.is_default) await clearDefault(trx, id)
    const held = await holdBoard(trx, id, version)
    const before = await describeBoard(trx, held)
    const { name, is_default, ...plain } = change
    if (name !== undefined) await requireFreeName(trx, name, id)
    await trx
      .updateTable('cab_boards')
      .set({
        ...plain,
        ...(name !== undefined && { name, name_key: keyOf(name) }),
        ...(is_default !== undefined && { is_default: is_default ? 1 : 0 }),
        ...touched(),
      })
      .where('id', '=', id)
      .execute()
    if (members) await setMembers(trx, id, members)
    const kept = before.members.map(({ user_id, role }) => ({ user_id, role }))
    if (delegates) await setDelegates(trx, id, members ?? kept, delegates)
    else if (members) await dropDelegates(trx, id)
    const board = await getBoard(trx, id)
    const { updated_at: _, version: __, ...shown } = board
    await recordAudit(trx, caller, 'cab_board.updated', id, diff(before, shown))
    return board
  })
}

export async function deleteBoard(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    const { is_default } = await holdBoard(trx, id, version)
    const { meetings } = await trx
      .selectFrom('cab_meetings')
      .select((eb) => eb.fn.countAll<number>().as('meetings'))
      .where('board_id', '=', id)
      .executeTakeFirstOrThrow()
    const { changes } = await trx
      .selectFrom('changes')
      .select((eb) => eb.fn.countAll<number>().as('changes'))
      .where((eb) => {
        const isNamed = eb.and([
          eb('board_id', '=', id),
          eb('status', 'not in', ['rejected', 'cancelled', 'reviewed']),
        ])
        const waitsForDefault = eb.and([
          eb('board_id', 'is', null),
          eb('status', 'in', ['submitted', 'under_review']),
          eb('type', '!=', 'standard'),
          eb('risk_level', '!=', 'low'),
        ])
        return is_default === 1 ? eb.or([isNamed, waitsForDefault]) : isNamed
      })
      .executeTakeFirstOrThrow()
    if (meetings + changes > 0) throw failure('board_in_use', { meetings, changes })
    await trx.deleteFrom('cab_boards').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'cab_board.deleted', id)
  })
}

async function describeBoard(db: Db, row: BoardRow): Promise<Board> {
  const [board] = await describeBoards(db, [row])
  return board as Board
}

async function requireFreeName(trx: Trx, name: string, id?: string): Promise<void> {
  const row = await trx
    .selectFrom('cab_boards')
    .select('id')
    .where('name_key', '=', keyOf(name))
    .executeTakeFirst()
  if (row && row.id !== id) {
    throw failure('duplicate', undefined, { errors: [{ field: 'name', rule: 'taken' }] })
  }
}

/** Before any row of a board is held, so that nobody who waits here holds what another waits for. */
async function clearDefault(trx: Trx, but = ''): Promise<void> {
  await hold(trx, 'default-board')
  await trx
    .updateTable('cab_boards')
    .set({ is_default: 0, ...touched() })
    .where('is_default', '=', 1)
    .where('id', '!=', but)
    .execute()
}

async function setMembers(trx: Trx, board_id: string, members: NewBoard['members']) {
  const seats = await checkedMembers(trx, members)
  await trx.deleteFrom('cab_members').where('board_id', '=', board_id).execute()
  if (seats.length === 0) return
  await trx
    .insertInto('cab_members')
    .values(seats.map((seat) => ({ board_id, ...seat })))
    .execute()
}

async function setDelegates(
  trx: Trx,
  board_id: string,
  members: NewBoard['members'],
  delegates: Board['delegates'],
): Promise<void> {
  const rows = await checkedDelegates(trx, members, delegates)
  await trx.deleteFrom('cab_delegates').where('board_id', '=', board_id).execute()
  if (rows.length === 0) return
  await trx
    .insertInto('cab_delegates')
    .values(rows.map((row) => ({ id: newId(), board_id, ...row })))
    .execute()
}

/** Delegations of members who are no longer there go with them. */
async function dropDelegates(trx: Trx, board_id: string): Promise<void> {
  await trx
    .deleteFrom('cab_delegates')
    .where('board_id', '=', board_id)
    .where('user_id', 'not in', (eb) =>
      eb.selectFrom('cab_members').select('user_id').where('board_id', '=', board_id),
    )
    .execute()
}

function keyOf(name: string): string {
  return name.trim().toLowerCase()
}
