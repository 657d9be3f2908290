import { type Static, Type } from '@sinclair/typebox'
import { line, nullable, oneOf, ref } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { SubmissionType } from './common.ts'

/** What a submission takes; a document may ask for fewer kinds, and for smaller files. */
export const submissionFormats = ['.pdf', '.jpg', '.jpeg', '.png', '.gif'] as const
export const maxSubmissionMegabytes = 100
export const maxSubmissionFiles = 50

const name = (example: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: line, examples: [example] })

const Words = {
  name_ja: name('住民票'),
  name_en: name('Residence certificate'),
  required: Type.Boolean({ description: 'Whether a submission is incomplete without it.' }),
  max_files: Type.Integer({ minimum: 1, maximum: maxSubmissionFiles, examples: [1] }),
  formats: Type.Array(oneOf(...submissionFormats), {
    minItems: 1,
    uniqueItems: true,
    description: 'Which files it takes.',
    examples: [['.pdf', '.jpg', '.jpeg', '.png']],
  }),
  max_mb: Type.Integer({
    minimum: 1,
    maximum: maxSubmissionMegabytes,
    description: 'Of one file.',
    examples: [10],
  }),
  validity_days: nullable(
    Type.Integer({
      minimum: 1,
      maximum: 36_500,
      description: 'For how long after its upload it counts; null for ever.',
      examples: [90],
    }),
  ),
  position: Type.Integer({ minimum: 0, maximum: 100_000, description: 'Where in the list.' }),
}

const document_type = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,63}$',
  description: 'What uploads call it.',
  examples: ['resident_card'],
})

const Keys = { submission_type: SubmissionType, document_type }

export const DocumentType = Type.Object({ ...Keys, ...Words }, { $id: 'DocumentType' })
export type DocumentType = Static<typeof DocumentType>

export const DocumentTypePage = pageOf('document_types', ref(DocumentType), {
  $id: 'DocumentTypePage',
})

export const NewDocumentType = Type.Object(
  { ...Keys, ...Words },
  { $id: 'NewDocumentType', additionalProperties: false },
)

export const DocumentTypeChange = Type.Object(Words, {
  $id: 'DocumentTypeChange',
  additionalProperties: false,
})
export type DocumentTypeChange = Static<typeof DocumentTypeChange>

export const DocumentTypeParams = Type.Object({
  submission_type: Type.Unsafe<SubmissionType>({
    ...SubmissionType,
    description: 'Whose documents.',
  }),
  document_type: Type.String({ maxLength: 64, description: 'What uploads call it.' }),
})
export type DocumentTypeParams = Static<typeof DocumentTypeParams>

export const DocumentTypeQuery = Type.Object({
  ...pageQuery().properties,
  submission_type: Type.Optional(
    Type.Unsafe<SubmissionType>({ ...SubmissionType, description: 'Only those of this type.' }),
  ),
})
export type DocumentTypeQuery = Static<typeof DocumentTypeQuery>
