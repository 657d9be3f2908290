import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { changeFields } from './changes.ts'

const plan = (example: string) =>
  Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S', examples: [example] })

const fields = {
  name: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: line,
    description: 'No two have the same, in upper or lower case.',
    examples: ['証明書の更新'],
  }),
  description: changeFields.description,
  justification: changeFields.justification,
  implementation_plan: plan('新しい証明書を置き、サービスを再読み込みする。'),
  rollback_plan: plan('古い証明書に戻し、サービスを再読み込みする。'),
  test_plan: plan('外部から接続し、証明書の期限を確認する。'),
  impact: changeFields.impact,
  likelihood: changeFields.likelihood,
  category: changeFields.category,
  active: Type.Boolean({
    description: 'Whether changes may be made from it and are approved by it.',
    examples: [true],
  }),
}

export const ChangeTemplate = Type.Object(
  {
    id: Id,
    ...fields,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_by: nullable(Id),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'ChangeTemplate' },
)
export type ChangeTemplate = Static<typeof ChangeTemplate>

const { description, justification, category, active, ...needed } = fields

export const NewChangeTemplate = Type.Object(
  {
    ...needed,
    ...Type.Partial(Type.Object({ description, justification, category, active })).properties,
  },
  { $id: 'NewChangeTemplate', additionalProperties: false },
)
export type NewChangeTemplate = Static<typeof NewChangeTemplate>

export const ChangeTemplateUpdate = Type.Partial(Type.Object(fields), {
  $id: 'ChangeTemplateUpdate',
  additionalProperties: false,
  minProperties: 1,
})
export type ChangeTemplateUpdate = Static<typeof ChangeTemplateUpdate>

export const ChangeTemplateQuery = Type.Object({
  ...pageQuery().properties,
  active: Type.Optional(Type.Boolean({ description: 'Only those in use, or only the others.' })),
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name, in any case.' }),
  ),
})
export type ChangeTemplateQuery = Static<typeof ChangeTemplateQuery>

export const ChangeTemplatePage = pageOf('templates', ref(ChangeTemplate), {
  $id: 'ChangeTemplatePage',
})
