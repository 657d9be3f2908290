import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import {
  type DocumentType,
  type DocumentTypeChange,
  type DocumentTypeParams,
  type DocumentTypeQuery,
  maxSubmissionFiles,
  maxSubmissionMegabytes,
  submissionFormats,
} from '../../schemas/submissions/documents.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import { paginate } from '../page.ts'
import type { SessionRow } from './access.ts'
import type { Document } from './completion.ts'

type Row = Selectable<Tables['document_types']>
type Asking = Pick<SessionRow, 'submission_type' | 'requirements'>

export async function listDocumentTypes(db: Db, { submission_type, ...page }: DocumentTypeQuery) {
  const all = inOrder(db)
  const query = submission_type ? all.where('submission_type', '=', submission_type) : all
  const { document_types, ...rest } = await paginate(query, page, 'document_types')
  return { document_types: document_types.map(toDocumentType), ...rest }
}

/** Fails with `duplicate` when there is one of this name. */
export function createDocumentType(
  db: Db,
  caller: Caller,
  input: DocumentType,
): Promise<DocumentType> {
  return transact(db, async (trx) => {
    await trx.insertInto('document_types').values(toRow(input)).execute()
    await recordAudit(trx, caller, 'document_type.created', subjectOf(input), input)
    return input
  })
}

/** Fails with `document_type_not_found`. */
export function updateDocumentType(
  db: Db,
  caller: Caller,
  key: DocumentTypeParams,
  change: DocumentTypeChange,
): Promise<DocumentType> {
  const changed = { ...key, ...change }
  return transact(db, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('document_types')
      .set(toRow(changed))
      .where('submission_type', '=', key.submission_type)
      .where('document_type', '=', key.document_type)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) throw failure('document_type_not_found', key)
    await recordAudit(trx, caller, 'document_type.updated', subjectOf(key), change)
    return changed
  })
}

/** Files that came as this document stay as they are. Fails with `document_type_not_found`. */
export function deleteDocumentType(db: Db, caller: Caller, key: DocumentTypeParams): Promise<void> {
  return transact(db, async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('document_types')
      .where('submission_type', '=', key.submission_type)
      .where('document_type', '=', key.document_type)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw failure('document_type_not_found', key)
    await recordAudit(trx, caller, 'document_type.deleted', subjectOf(key))
  })
}

/** All that there are, for `documentsOf`: read once for a page of sessions. */
export async function readCatalogue(db: Db): Promise<DocumentType[]> {
  return (await inOrder(db).execute()).map(toDocumentType)
}

/** The documents that one session asks for, and takes besides. */
export async function requiredDocuments(db: Db, session: Asking): Promise<Document[]> {
  const rows = await inOrder(db).where('submission_type', '=', session.submission_type).execute()
  return documentsOf(rows.map(toDocumentType), session)
}

/**
 * What a session asks for: its own requirements, of the catalogue or by any name, or else what the
 * catalogue requires. What the catalogue has besides is taken, and not asked for.
 */
export function documentsOf(
  catalogue: readonly DocumentType[],
  { submission_type, requirements }: Asking,
): Document[] {
  const known = catalogue.filter((each) => each.submission_type === submission_type)
  if (requirements === null) return known
  const asked: string[] = JSON.parse(requirements)
  return [
    ...asked.map((name) => ({
      ...(known.find(({ document_type }) => document_type === name) ?? ownDocument(name)),
      required: true,
    })),
    ...known
      .filter(({ document_type }) => !asked.includes(document_type))
      .map((each) => ({ ...each, required: false })),
  ]
}

function ownDocument(name: string): Document {
  return {
    document_type: name,
    name_ja: name,
    name_en: name,
    required: true,
    max_files: maxSubmissionFiles,
    formats: submissionFormats,
    max_mb: maxSubmissionMegabytes,
    validity_days: null,
  }
}

function inOrder(db: Db) {
  return db
    .selectFrom('document_types')
    .selectAll()
    .orderBy('submission_type')
    .orderBy('position')
    .orderBy('document_type')
}

function subjectOf({ submission_type, document_type }: DocumentTypeParams): string {
  return `${submission_type}/${document_type}`
}

function toDocumentType(row: Row): DocumentType {
  return { ...row, required: row.required === 1, formats: JSON.parse(row.formats) }
}

function toRow(input: DocumentType): Row {
  return { ...input, required: input.required ? 1 : 0, formats: JSON.stringify(input.formats) }
}
