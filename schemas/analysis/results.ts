import { type Static, Type } from '@sinclair/typebox'
import { Id, ref } from '../common.ts'
import { AnalysisStep } from './steps.ts'

const { step_id, error, warnings, result_formula, result_chart, result_table } =
  AnalysisStep.properties

/** What a summary gave, as results and answers of the chat show it. */
export const AnalysisResult = Type.Object(
  {
    step_id,
    step_name: Type.String({ examples: ['売上の推移'] }),
    result_formula,
    result_chart,
    result_table,
    error: { ...error, description: 'Why there is no result; null where there is one.' },
    warnings,
  },
  { $id: 'AnalysisResult' },
)
export type AnalysisResult = Static<typeof AnalysisResult>

export const AnalysisResults = Type.Object(
  {
    results: Type.Array(ref(AnalysisResult), { description: 'In the order of the steps.' }),
    total: Type.Integer({ minimum: 0, description: 'How many summaries there are.' }),
    snapshot_id: Id,
  },
  { $id: 'AnalysisResults' },
)
export type AnalysisResults = Static<typeof AnalysisResults>

export const analysisResultSchemas = [AnalysisResult, AnalysisResults] as const
