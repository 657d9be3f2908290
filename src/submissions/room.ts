import type { Trx } from '../../db/tables.ts'
import { maxSubmissionFiles } from '../../schemas/submissions/documents.ts'
import type { Arrival } from '../arrivals.ts'
import { type Failure, failure, invalid } from '../failure.ts'
import type { SessionRow } from './access.ts'
import type { Document } from './completion.ts'
import { requiredDocuments } from './documents.ts'

export type Arrived = Extract<Arrival, { kept: unknown }>

export const megabyte = 1024 * 1024

/**
 * What there is room for in a session that is held: `take` answers why there is none for a file.
 * What staff rejected takes no place of its document.
 */
export async function roomIn(trx: Trx, session: SessionRow, document_type: string | null) {
  const document = document_type ? await findDocument(trx, session, document_type) : undefined
  const present = await trx
    .selectFrom('submission_files')
    .select(['document_type', 'review'])
    .where('session_id', '=', session.id)
    .execute()
  const alike = present.filter((each) => each.document_type === document_type)
  const counts = {
    all: present.length,
    document: alike.filter(({ review }) => review !== 'rejected').length,
  }

  function take(arrived: Arrived): Failure | undefined {
    const fault = document && documentFault(document, arrived, counts.document)
    if (fault) return fault
    if (counts.all >= maxSubmissionFiles) {
      return failure('submission_full', { limit: maxSubmissionFiles })
    }
    counts.all += 1
    counts.document += 1
    return undefined
  }
  return { document, take }
}

/** Fails with `invalid_request` for what this session has no place for. */
async function findDocument(trx: Trx, session: SessionRow, name: string): Promise<Document> {
  const documents = await requiredDocuments(trx, session)
  const found = documents.find(({ document_type }) => document_type === name)
  if (found) return found
  const allowed = documents.map(({ document_type }) => document_type)
  throw invalid({ field: 'document_type', rule: 'document_type', allowed })
}

function documentFault(document: Document, { file, kept }: Arrived, count: number) {
  const { name_ja, name_en, formats: allowed, max_mb: megabytes, max_files: limit } = document
  const name = name_ja === name_en ? name_ja : `${name_ja} / ${name_en}`
  if (!allowed.includes(file.extension)) return failure('document_format', { name, allowed })
  if (kept.size > megabytes * megabyte) return failure('document_too_large', { name, megabytes })
  return count >= limit ? failure('document_full', { name, limit }) : undefined
}
