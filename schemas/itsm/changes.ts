import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import {
  ChangeOutcome,
  ChangeStatus,
  ChangeType,
  Impact,
  Named,
  RiskLevel,
  Title,
  Urgency,
} from './common.ts'

const nobodyOr = Type.Union([ref(Named), Type.Null()])

const plan = (example: string) => nullable(Type.String({ maxLength: 20_000, examples: [example] }))

const affected_ci_ids = Type.Array(Id, {
  maxItems: 200,
  uniqueItems: true,
  description: 'The configuration items that it touches.',
})

/** What somebody says of a change, and may say again while it is open to edits. */
export const changeFields = {
  title: Type.String({ ...Title, examples: ['メールサーバーの証明書を更新する'] }),
  type: Type.Unsafe<ChangeType>({
    ...ChangeType,
    description:
      '`standard` is approved beforehand by its template; `emergency` may start before it is approved, and is reviewed within three days.',
  }),
  description: Type.String({ maxLength: 20_000, examples: ['期限の近い証明書を入れ替える。'] }),
  justification: Type.String({ maxLength: 20_000, examples: ['12 月 1 日に期限が切れるため。'] }),
  implementation_plan: plan('新しい証明書を置き、サービスを再読み込みする。'),
  rollback_plan: plan('古い証明書に戻し、サービスを再読み込みする。'),
  test_plan: plan('外部から接続し、証明書の期限を確認する。'),
  impact: Type.Unsafe<Impact>({ ...Impact, description: 'How far it reaches if it goes wrong.' }),
  likelihood: Type.Unsafe<Urgency>({
    ...Urgency,
    description: 'How likely it is that it goes wrong.',
  }),
  scheduled_start: nullable(
    Type.String({ format: 'date-time', examples: ['2026-12-01T11:00:00.000Z'] }),
  ),
  scheduled_end: nullable(
    Type.String({
      format: 'date-time',
      description: 'After the start, and within 90 days of it. It is no longer part of the change.',
      examples: ['2026-12-01T13:00:00.000Z'],
    }),
  ),
  implementer_id: nullable(Type.String({ ...Id, description: 'Who carries it out.' })),
  team_id: nullable(Type.String({ ...Id, description: 'The team that it belongs to.' })),
  category: nullable(
    Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', examples: ['security'] }),
  ),
  board_id: nullable(
    Type.String({ ...Id, description: 'The board whose votes decide; null for one approver.' }),
  ),
  freeze_reason: nullable(
    Type.String({
      maxLength: 2000,
      description: 'Why an emergency may pass a freeze.',
      examples: ['脆弱性が悪用されているため。'],
    }),
  ),
}

export const RiskReason = Type.Object(
  {
    code: Type.String({ examples: ['no_rollback_plan'] }),
    points: Type.Integer({ examples: [3] }),
    ja: Type.String({ examples: ['切り戻し計画がありません。'] }),
    en: Type.String({ examples: ['There is no rollback plan.'] }),
  },
  { $id: 'RiskReason' },
)
export type RiskReason = Static<typeof RiskReason>

export const Change = Type.Object(
  {
    id: Id,
    change_number: Type.String({ examples: ['CHG00000042'] }),
    ...changeFields,
    status: ChangeStatus,
    legal_statuses: Type.Array(ChangeStatus, { description: 'What may come next.' }),
    requester_id: Id,
    requester: nobodyOr,
    implementer: nobodyOr,
    team: nobodyOr,
    affected_ci_ids,
    affected_cis: Type.Array(ref(Named), { description: 'In the order of their names.' }),
    template_id: nullable(Id),
    risk_level: RiskLevel,
    risk_score: Type.Integer({ minimum: 0, examples: [7] }),
    risk_reasons: Type.Array(ref(RiskReason)),
    actual_start: nullable(Timestamp),
    actual_end: nullable(Timestamp),
    vote_round: Type.Integer({
      minimum: 0,
      description: 'Votes of earlier rounds no longer count.',
      examples: [1],
    }),
    decided_at: nullable(Timestamp),
    review_due_at: nullable(Timestamp),
    outcome: nullable(ChangeOutcome),
    lessons: nullable(Type.String()),
    reviewed_at: nullable(Timestamp),
    caused_incident_ids: Type.Array(Id, { description: 'The incidents that it brought about.' }),
    cancel_reason: nullable(Type.String()),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Change' },
)
export type Change = Static<typeof Change>

const { title, type, ...others } = changeFields

export const NewChange = Type.Object(
  {
    title,
    type,
    ...Type.Partial(Type.Object({ ...others, affected_ci_ids })).properties,
    template_id: Type.Optional(
      nullable(
        Type.String({
          ...Id,
          description: 'A template in use: what is not sent is copied from it.',
        }),
      ),
    ),
  },
  { $id: 'NewChange', additionalProperties: false },
)
export type NewChange = Static<typeof NewChange>

export const ChangeUpdate = Type.Partial(Type.Object({ ...changeFields, affected_ci_ids }), {
  $id: 'ChangeUpdate',
  additionalProperties: false,
  minProperties: 1,
})
export type ChangeUpdate = Static<typeof ChangeUpdate>

const ChangeSort = oneOf(
  '-created_at',
  'created_at',
  '-scheduled_start',
  'scheduled_start',
  '-risk_score',
  'risk_score',
)
export type ChangeSort = Static<typeof ChangeSort>

const person = (whose: string) =>
  Type.Optional(
    Type.String({
      pattern: '^(me|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$',
      description: `Only those of this ${whose}, by id; \`me\` for oneself.`,
    }),
  )
const several = <Schema extends typeof ChangeStatus | typeof ChangeType | typeof RiskLevel>(
  schema: Schema,
  what: string,
) =>
  Type.Optional(
    Type.Array(schema, {
      maxItems: 20,
      description: `Only changes of ${what}; several by sending the parameter several times.`,
    }),
  )
const time = (description: string) => Type.Optional(Type.String({ ...Timestamp, description }))

export const ChangeQuery = Type.Object({
  ...pageQuery().properties,
  status: several(ChangeStatus, 'this status'),
  type: several(ChangeType, 'this type'),
  risk: several(RiskLevel, 'this level of risk'),
  requester: person('requester'),
  implementer: person('implementer'),
  team: Type.Optional(Type.String({ ...Id, description: 'Only those of this team.' })),
  ci_id: Type.Optional(
    Type.String({ ...Id, description: 'Only those that touch this configuration item.' }),
  ),
  template_id: Type.Optional(
    Type.String({ ...Id, description: 'Only those made from this template.' }),
  ),
  from: time('Only those planned to end after this.'),
  to: time('Only those planned to start before this.'),
  review_overdue: Type.Optional(
    Type.Boolean({ description: 'Whether the review of an emergency is overdue.' }),
  ),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of the title or the description, in any case, or the whole number.',
    }),
  ),
  sort: Type.Unsafe<ChangeSort>({
    ...ChangeSort,
    default: '-created_at',
    description: 'The order, with `-` from the greatest to the least; what has no time comes last.',
  }),
})
export type ChangeQuery = Static<typeof ChangeQuery>

export const ChangePage = pageOf('changes', ref(Change), { $id: 'ChangePage' })
