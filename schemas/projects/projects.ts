import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { ProjectRole } from './common.ts'

const code = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: '^[A-Z0-9_]+$',
  description: 'No two projects have the same one, and it never changes.',
  examples: ['PROJECT_A'],
})

const editable = {
  name: Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: line,
    examples: ['プロジェクトA'],
  }),
  description: nullable(Type.String({ maxLength: 5000, examples: ['説明文'] })),
  is_active: Type.Boolean({
    description: 'False for a project that is archived: it is read and does not change.',
    examples: [true],
  }),
}

export const Project = Type.Object(
  {
    id: Id,
    name: editable.name,
    code,
    description: editable.description,
    is_active: editable.is_active,
    created_by: nullable(Type.String({ ...Id, description: 'Who created it.' })),
    role: Type.Unsafe<ProjectRole>({
      ...ProjectRole,
      description: 'What you are in it. A SystemAdmin is a manager of each.',
      examples: ['project_manager'],
    }),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Project' },
)
export type Project = Static<typeof Project>

export const NewProject = Type.Object(
  { name: editable.name, code, description: Type.Optional(editable.description) },
  {
    $id: 'NewProject',
    additionalProperties: false,
    examples: [
      { name: '新規プロジェクト', code: 'NEW_PROJECT', description: 'プロジェクトの説明' },
    ],
  },
)
export type NewProject = Static<typeof NewProject>

export const ProjectChange = Type.Partial(Type.Object(editable), {
  $id: 'ProjectChange',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ name: 'プロジェクトA', description: null }],
})
export type ProjectChange = Static<typeof ProjectChange>

export const ProjectPage = pageOf('projects', ref(Project), { $id: 'ProjectPage' })

export const ProjectQuery = Type.Object({
  ...pageQuery().properties,
  search: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'Part of the name, the code or the description, upper or lower case.',
    }),
  ),
  is_active: Type.Optional(
    Type.Boolean({ description: 'Only those that are archived (`false`), or that are not.' }),
  ),
})
export type ProjectQuery = Static<typeof ProjectQuery>

export const CodeParams = Type.Object({
  code: Type.String({ ...code, description: 'The code of the project.' }),
})

export const projectSchemas = [Project, NewProject, ProjectChange, ProjectPage] as const
