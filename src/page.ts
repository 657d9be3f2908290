import type { FastifyInstance } from 'fastify'
import { type SelectQueryBuilder, sql } from 'kysely'
import type { CursorQuery, PageQuery } from '../schemas/pages.ts'
import { invalid } from './failure.ts'
import { now } from './values.ts'

type Page<Name extends string, Row> = Record<Name, Row[]> & PageQuery & { total: number }

type CursorPage<Name extends string, Row> = Record<Name, Row[]> & { next_cursor: string | null }

/** Runs one ordered query twice: once for the rows of the page, once for how many there are. */
export async function paginate<DB, Table extends keyof DB, Row, Name extends string>(
  query: SelectQueryBuilder<DB, Table, Row>,
  { skip, limit }: PageQuery,
  name: Name,
): Promise<Page<Name, Row>> {
  const rows = await query.limit(limit).offset(skip).execute()
  const { total } = await query
    .clearSelect()
    .clearOrderBy()
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .$castTo<{ total: number }>()
    .executeTakeFirstOrThrow()
  return { [name]: rows, total, skip, limit } as Page<Name, Row>
}

/** A page as the Vue guide shows it. */
export function envelopeOf<Name extends string, Row>(page: Page<Name, Row>, name: Name) {
  const { total, skip, limit } = page
  return {
    success: true,
    message: null,
    timestamp: now(),
    data: page[name],
    meta: {
      total,
      page: Math.floor(skip / limit) + 1,
      limit,
      pages: Math.ceil(total / limit),
      has_next: skip + limit < total,
      has_prev: skip > 0,
    },
  }
}

/** Pages an unordered query newest first, by id, at the same cost however deep it goes. */
export async function paginateByCursor<
  DB,
  Table extends keyof DB,
  Row extends { id: string },
  Name extends string,
>(
  query: SelectQueryBuilder<DB, Table, Row>,
  { cursor, limit }: CursorQuery,
  name: Name,
): Promise<CursorPage<Name, Row>> {
  const id = sql.ref<string>('id')
  const after = cursor === undefined ? query : query.where(id, '<', decode(cursor))
  const found = await after
    .orderBy(id, 'desc')
    .limit(limit + 1)
    .execute()
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return { [name]: rows, next_cursor: last ? encode(last.id) : null } as CursorPage<Name, Row>
}

/** Says in a header what every page says in its body, for clients that look there. */
export function installPages(app: FastifyInstance): void {
  app.addHook('preSerialization', (_request, reply, payload: unknown, done) => {
    const { total, skip, meta } = Object(payload)
    const isPage = total !== undefined && skip !== undefined
    const count = isPage ? total : meta?.has_next !== undefined ? meta.total : undefined
    if (count !== undefined) reply.header('x-total-count', count)
    done(null, payload)
  })
}

function encode(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

function decode(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  if (hex.length !== 32) throw invalid({ field: 'cursor', rule: 'cursor' })
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
