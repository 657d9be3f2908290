import { later, now } from '../values.ts'

/** A document that a session asks for, or takes besides. */
export type Document = {
  document_type: string
  name_ja: string
  name_en: string
  required: boolean
  max_files: number
  formats: readonly string[]
  max_mb: number
  validity_days: number | null
}

type Received = { document_type: string | null; review: string; uploaded_at: string }

export type Completion = {
  required: number
  received: number
  percentage: number
  /** What there is no file for that still counts; `expired` ones of these have had one. */
  missing: string[]
  expired: string[]
}

/**
 * How much of what is asked for has come. A file counts until staff reject it, and for as long as
 * its document is valid.
 */
export function completionOf(
  documents: readonly Pick<Document, 'document_type' | 'required' | 'validity_days'>[],
  files: readonly Received[],
  at = now(),
): Completion {
  const asked = documents.filter(({ required }) => required)
  const taken = files.filter(({ review }) => review !== 'rejected')
  const missing: string[] = []
  const expired: string[] = []
  for (const { document_type, validity_days } of asked) {
    const own = taken.filter((file) => file.document_type === document_type)
    if (own.some(({ uploaded_at }) => isValid(uploaded_at, validity_days, at))) continue
    missing.push(document_type)
    if (own.length > 0) expired.push(document_type)
  }
  const required = asked.length
  const received = required - missing.length
  const percentage = required === 0 ? 100 : Math.floor((received * 100) / required)
  return { required, received, percentage, missing, expired }
}

function isValid(uploadedAt: string, days: number | null, at: string): boolean {
  return days === null || at <= later(uploadedAt, days * 24 * 3600)
}
