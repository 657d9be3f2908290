import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery } from '../pages.ts'
import { RcaPhase } from './problems.ts'

export const rcaMethods = ['five_whys', 'fishbone', 'timeline', 'fault_tree'] as const
export type RcaMethod = (typeof rcaMethods)[number]
export const RcaMethod = oneOf(...rcaMethods)

const said = (example: string, maxLength = 2000) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', examples: [example] })

export const FiveWhys = Type.Object(
  {
    problem_statement: said('月曜の朝に庁内メールが送れない。'),
    whys: Type.Array(
      Type.Object(
        {
          question: said('なぜ送れないのか。'),
          answer: said('送信キューがあふれている。'),
          evidence: Type.Optional(said('監視のグラフ')),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 10 },
    ),
    conclusion: said('キューの上限が古い値のままだった。'),
  },
  { $id: 'FiveWhys', additionalProperties: false },
)
export type FiveWhys = Static<typeof FiveWhys>

const causes = Type.Optional(
  Type.Array(
    Type.Object(
      {
        cause: said('上限値の見直しの手順がない', 500),
        sub_causes: Type.Optional(Type.Array(said('引き継ぎ漏れ', 500), { maxItems: 30 })),
      },
      { additionalProperties: false },
    ),
    { maxItems: 30 },
  ),
)

export const Fishbone = Type.Object(
  {
    effect: said('庁内メールが送れない'),
    categories: Type.Object(
      {
        people: causes,
        process: causes,
        environment: causes,
        materials: causes,
        methods: causes,
        machines: causes,
      },
      { additionalProperties: false },
    ),
    primary_causes: Type.Array(said('上限値の見直しの手順がない', 500), {
      maxItems: 20,
      uniqueItems: true,
      description: 'Each one of the causes or sub-causes in the diagram.',
    }),
  },
  { $id: 'Fishbone', additionalProperties: false },
)
export type Fishbone = Static<typeof Fishbone>

export const RcaTimeline = Type.Object(
  {
    events: Type.Array(
      Type.Object(
        {
          at: Timestamp,
          what: said('送信の失敗が増え始めた。'),
          source: Type.Optional(said('メールサーバーのログ', 500)),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 500, description: 'In the order in which they happened.' },
    ),
  },
  { $id: 'RcaTimeline', additionalProperties: false },
)
export type RcaTimeline = Static<typeof RcaTimeline>

const NodeId = Type.String({ pattern: '^[\\w.-]{1,50}$', examples: ['top'] })

export const FaultTree = Type.Object(
  {
    top: Type.String({
      ...NodeId,
      examples: ['top'],
      description: 'The id of the event that the tree explains.',
    }),
    nodes: Type.Array(
      Type.Object(
        {
          id: NodeId,
          text: said('庁内メールが送れない', 500),
          gate: Type.Unsafe<'and' | 'or' | null>({
            ...nullable(oneOf('and', 'or')),
            description: 'Whether all or any of what is below it brings it about; null for a leaf.',
            examples: [null],
          }),
          children: Type.Array(NodeId, { maxItems: 50, uniqueItems: true, examples: [[]] }),
        },
        { additionalProperties: false },
      ),
      {
        minItems: 1,
        maxItems: 500,
        examples: [
          [
            { id: 'top', text: '庁内メールが送れない', gate: 'or', children: ['disk'] },
            { id: 'disk', text: 'ディスクの空きがない', gate: null, children: [] },
          ],
        ],
      },
    ),
  },
  { $id: 'FaultTree', additionalProperties: false },
)
export type FaultTree = Static<typeof FaultTree>

export type RcaDocument = FiveWhys | Fishbone | RcaTimeline | FaultTree

export const rcaSchemas = {
  five_whys: FiveWhys,
  fishbone: Fishbone,
  timeline: RcaTimeline,
  fault_tree: FaultTree,
} as const

const saved = {
  method: RcaMethod,
  version: Type.Integer({ minimum: 1, examples: [1] }),
  saved_by: nullable(Id),
  saved_at: Timestamp,
}

/** A document of any method, as it was saved. */
export const RcaSaved = Type.Object(
  {
    ...saved,
    document: Type.Record(Type.String(), Type.Unknown(), {
      examples: [{ effect: '庁内メールが送れない' }],
    }),
  },
  { $id: 'RcaSaved' },
)
export type RcaSaved = Static<typeof RcaSaved>

export const RcaOverview = Type.Object(
  {
    phase: RcaPhase,
    progress: Type.Integer({ minimum: 0, maximum: 100, description: 'Percent.', examples: [40] }),
    documents: Type.Array(ref(RcaSaved), { description: 'The latest of each method.' }),
    finding_count: Type.Integer({ minimum: 0 }),
  },
  { $id: 'RcaOverview' },
)

export const RcaVersions = Type.Object(
  { versions: Type.Array(ref(RcaSaved), { description: 'The latest first, 100 at most.' }) },
  { $id: 'RcaVersions' },
)

export const RcaPhaseChange = Type.Object(
  { phase: RcaPhase },
  { $id: 'RcaPhaseChange', additionalProperties: false },
)

export const RcaMethodParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the problem.' }),
  method: Type.Unsafe<RcaMethod>({ ...RcaMethod, description: 'The method of the document.' }),
})

const long = (example: string) =>
  Type.String({ minLength: 1, maxLength: 5000, pattern: '\\S', examples: [example] })
const finding = {
  finding_type: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', examples: ['設定'] }),
  description: long('送信キューの上限が 100 のままになっている。'),
  evidence: nullable(long('設定ファイルの 42 行目')),
  impact: nullable(long('朝の送信が 30 分遅れる。')),
  recommendation: nullable(long('上限を 500 に上げる。')),
}

export const RcaFinding = Type.Object(
  {
    id: Id,
    ...finding,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_by: nullable(Id),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'RcaFinding' },
)
export type RcaFinding = Static<typeof RcaFinding>

export const NewRcaFinding = Type.Object(
  {
    ...Type.Partial(Type.Object(finding)).properties,
    finding_type: finding.finding_type,
    description: finding.description,
  },
  { $id: 'NewRcaFinding', additionalProperties: false },
)
export type NewRcaFinding = Static<typeof NewRcaFinding>

export const RcaFindingChange = Type.Partial(Type.Object(finding), {
  $id: 'RcaFindingChange',
  additionalProperties: false,
  minProperties: 1,
})
export type RcaFindingChange = Static<typeof RcaFindingChange>

export const RcaFindingQuery = cursorQuery()
export const RcaFindingPage = cursorPageOf('findings', ref(RcaFinding), { $id: 'RcaFindingPage' })
export const RcaFindingParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the problem.' }),
  finding_id: Type.String({ ...Id, description: 'The id of the finding.' }),
})
