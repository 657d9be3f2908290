import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, ProblemDetails, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'

/** How many files an incident holds. */
export const maxIncidentFiles = 50

export const IncidentFile = Type.Object(
  {
    id: Id,
    incident_id: Id,
    filename: Type.String({ description: 'As its sender called it.', examples: ['画面.png'] }),
    size: Type.Integer({ minimum: 1, description: 'In bytes.', examples: [48213] }),
    content_type: Type.String({ examples: ['image/png'] }),
    sha256: Type.String({
      description: 'In hexadecimal.',
      examples: ['cdf9a735b84cd80baeb8afe3623d94e3c966061f3b4bce5a63992569266544e1'],
    }),
    is_public: Type.Boolean({ description: 'Whether the reporter sees it.' }),
    uploaded_by: nullable(Id),
    url: Type.String({
      description: 'Where it is downloaded.',
      examples: ['/api/v1/incidents/01990f6e-5c00-7000-8000-0123456789ab/attachments/…'],
    }),
    created_at: Timestamp,
  },
  { $id: 'IncidentFile' },
)
export type IncidentFile = Static<typeof IncidentFile>

export const IncidentFileQuery = pageQuery()
export const IncidentFilePage = pageOf('attachments', ref(IncidentFile), {
  $id: 'IncidentFilePage',
  description: 'The oldest first.',
})

export const IncidentUpload = Type.Object(
  {
    attachments: Type.Array(ref(IncidentFile)),
    failed_files: Type.Array(
      Type.Object({ filename: IncidentFile.properties.filename, problem: ref(ProblemDetails) }),
      { description: 'Those that are not stored, and why.', examples: [[]] },
    ),
  },
  { $id: 'IncidentUpload' },
)
export type IncidentUpload = Static<typeof IncidentUpload>

export const IncidentFileParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the incident.' }),
  file_id: Type.String({ ...Id, description: 'The id of the file.' }),
})

export const IncidentDownloadQuery = Type.Object({
  inline: Type.Optional(
    Type.Boolean({ description: 'Shows pictures and PDFs in the browser instead of saving them.' }),
  ),
})
