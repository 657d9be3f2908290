import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type {
  KnownError,
  KnownErrorChange,
  NewKnownError,
} from '../../../schemas/itsm/known-errors.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { invalid } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { indexed, requireCis } from '../references.ts'
import {
  describeKnownError,
  getKnownErrorRow,
  holdKnownError,
  type KnownErrorRow,
} from './access.ts'
import { writeGrams } from './grams.ts'

export async function getKnownError(db: Db, caller: Caller, id: string): Promise<KnownError> {
  return describeKnownError(db, await getKnownErrorRow(db, caller, id))
}

export function createKnownError(
  db: Db,
  caller: Caller,
  input: NewKnownError,
  at = now(),
): Promise<KnownError> {
  return transact(db, async (trx) => {
    await requireReferences(trx, input)
    const { ci_ids = [] } = input
    const fields = {
      title: input.title,
      symptoms: input.symptoms,
      workaround: input.workaround ?? null,
      tags: JSON.stringify(input.tags ?? []),
      keywords: JSON.stringify(input.keywords ?? []),
    }
    const row = {
      ...fields,
      id: newId(),
      problem_id: input.problem_id ?? null,
      root_cause: input.root_cause ?? null,
      solution: input.solution ?? null,
      category: input.category ?? ('other' as const),
      is_published: input.is_published ? (1 as const) : (0 as const),
      search_text: searchTextOf(fields),
      length: 0,
      usage_count: 0,
      last_used_at: null,
      created_by: caller.id,
      version: 1,
      created_at: at,
      updated_at: at,
    }
    await trx.insertInto('known_errors').values(row).execute()
    await setCis(trx, row.id, ci_ids)
    await writeGrams(trx, row)
    await recordAudit(trx, caller, 'known_error.created', row.id, input)
    return describeKnownError(trx, row)
  })
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export function updateKnownError(
  db: Db,
  caller: Caller,
  id: string,
  change: KnownErrorChange,
  version?: number,
): Promise<KnownError> {
  return transact(db, async (trx) => {
    const row = await holdKnownError(trx, caller, id, version)
    const before = await describeKnownError(trx, row)
    await requireReferences(trx, change)
    const { ci_ids, tags, keywords, is_published, ...fields } = change
    const wanted = {
      ...fields,
      ...(tags && { tags: JSON.stringify(tags) }),
      ...(keywords && { keywords: JSON.stringify(keywords) }),
      ...(is_published !== undefined && {
        is_published: is_published ? (1 as const) : (0 as const),
      }),
    }
    const after = await trx
      .updateTable('known_errors')
      .set({ ...wanted, search_text: searchTextOf({ ...row, ...wanted }), ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (ci_ids) {
      await trx.deleteFrom('known_error_cis').where('known_error_id', '=', id).execute()
      await setCis(trx, id, ci_ids)
    }
    await writeGrams(trx, after, row)
    await recordAudit(trx, caller, 'known_error.updated', id, diff<object>(before, change))
    return describeKnownError(trx, after)
  })
}

export async function deleteKnownError(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    await holdKnownError(trx, caller, id, version)
    await trx.deleteFrom('known_errors').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'known_error.deleted', id)
  })
}

type Searched = Pick<KnownErrorRow, 'title' | 'symptoms' | 'workaround'>

function searchTextOf({ title, symptoms, workaround }: Searched): string {
  return [title, symptoms, workaround].filter(Boolean).join('\n').toLowerCase()
}

async function requireReferences(db: Db, { problem_id, ci_ids }: KnownErrorChange): Promise<void> {
  await requireCis(db, indexed('ci_ids', ci_ids))
  if (!problem_id) return
  await db
    .selectFrom('problems')
    .select('id')
    .where('id', '=', problem_id)
    .executeTakeFirstOrThrow(() => invalid({ field: 'problem_id', rule: 'unknown_problem' }))
}

async function setCis(trx: Trx, known_error_id: string, ciIds: readonly string[]): Promise<void> {
  if (ciIds.length === 0) return
  const rows = ciIds.map((ci_id) => ({ ci_id, known_error_id }))
  await trx.insertInto('known_error_cis').values(rows).execute()
}
