import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { ProjectParams } from './common.ts'

export const ProjectFile = Type.Object(
  {
    id: Id,
    project_id: Id,
    file_name: Type.String({ description: 'As its sender called it.', examples: ['売上.csv'] }),
    file_size: Type.Integer({ minimum: 1, description: 'In bytes.', examples: [1048576] }),
    content_type: Type.String({ description: 'By its content.', examples: ['text/csv'] }),
    version: Type.Integer({
      minimum: 1,
      description: 'Counts the files of this name in the project.',
      examples: [1],
    }),
    is_latest: Type.Boolean({ description: 'Whether it is the last version of its name.' }),
    sha256: Type.String({
      description: 'In hexadecimal.',
      examples: ['cdf9a735b84cd80baeb8afe3623d94e3c966061f3b4bce5a63992569266544e1'],
    }),
    uploaded_by: nullable(Id),
    created_at: Timestamp,
  },
  { $id: 'ProjectFile' },
)
export type ProjectFile = Static<typeof ProjectFile>

export const ProjectFileQuery = Type.Object({
  search: Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'A part of the name, upper or lower case, wide or narrow.',
      examples: ['売上'],
    }),
  ),
  ...pageQuery().properties,
})
export type ProjectFileQuery = Static<typeof ProjectFileQuery>

export const ProjectFilePage = Type.Object(
  { ...pageOf('files', ref(ProjectFile)).properties, project_id: Id },
  { $id: 'ProjectFilePage', description: 'The last version of each name, the newest first.' },
)

export const ProjectFileVersionQuery = pageQuery()
export const ProjectFileVersions = pageOf('versions', ref(ProjectFile), {
  $id: 'ProjectFileVersions',
  description: 'The newest first.',
})

export const ProjectFileUse = Type.Object(
  {
    kind: oneOf('tree', 'session'),
    id: Type.String({ ...Id, description: 'The id of the tree or session.' }),
    name: Type.String({ examples: ['売上ツリー'] }),
    file_id: Type.String({ ...Id, description: 'The version that it uses.' }),
  },
  { $id: 'ProjectFileUse' },
)

export const ProjectFileUsage = Type.Object(
  { uses: Type.Array(ref(ProjectFileUse)) },
  { $id: 'ProjectFileUsage' },
)
export type ProjectFileUsage = Static<typeof ProjectFileUsage>

export const ProjectFileParams = Type.Object({
  ...ProjectParams.properties,
  file_id: Type.String({ ...Id, description: 'The id of the file, which is that of a version.' }),
})

export const ProjectDownloadQuery = Type.Object({
  inline: Type.Optional(
    Type.Boolean({ description: 'Shows pictures and PDFs in the browser instead of saving them.' }),
  ),
})

export const projectFileSchemas = [
  ProjectFile,
  ProjectFilePage,
  ProjectFileVersions,
  ProjectFileUse,
  ProjectFileUsage,
] as const
