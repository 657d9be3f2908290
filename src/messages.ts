import { accountMessages, accountRules } from '../schemas/messages/accounts.ts'
import { analysisChartMessages, analysisChartRules } from '../schemas/messages/analysis-charts.ts'
import { analysisChatMessages, analysisChatRules } from '../schemas/messages/analysis-chat.ts'
import { analysisEngineMessages, analysisEngineRules } from '../schemas/messages/analysis-engine.ts'
import { analysisFileMessages, analysisFileRules } from '../schemas/messages/analysis-files.ts'
import {
  analysisSessionMessages,
  analysisSessionRules,
} from '../schemas/messages/analysis-sessions.ts'
import { analysisStepMessages, analysisStepRules } from '../schemas/messages/analysis-steps.ts'
import {
  analysisTemplateMessages,
  analysisTemplateRules,
} from '../schemas/messages/analysis-templates.ts'
import {
  analysisTransformMessages,
  analysisTransformRules,
} from '../schemas/messages/analysis-transforms.ts'
import { cabMessages, cabRules } from '../schemas/messages/cab.ts'
import { changeMessages, changeRules } from '../schemas/messages/changes.ts'
import { ciMessages, ciRules } from '../schemas/messages/cis.ts'
import { commonMessages, commonRules } from '../schemas/messages/common.ts'
import { driveMessages, driveRules } from '../schemas/messages/drive.ts'
import {
  driverTreeCalculationMessages,
  driverTreeCalculationRules,
} from '../schemas/messages/driver-tree-calculation.ts'
import {
  driverTreeFileMessages,
  driverTreeFileRules,
} from '../schemas/messages/driver-tree-files.ts'
import { driverTreeMessages, driverTreeRules } from '../schemas/messages/driver-trees.ts'
import { fileMessages, fileRules } from '../schemas/messages/files.ts'
import { formulaMessages, formulaRules } from '../schemas/messages/formulas.ts'
import { incidentListMessages, incidentListRules } from '../schemas/messages/incident-lists.ts'
import { incidentMessages, incidentRules } from '../schemas/messages/incidents.ts'
import { itemMessages, itemRules } from '../schemas/messages/items.ts'
import { itsmMessages, itsmRules } from '../schemas/messages/itsm.ts'
import { itsmMetricsMessages, itsmMetricsRules } from '../schemas/messages/itsm-metrics.ts'
import { webhookMessages, webhookRules } from '../schemas/messages/itsm-webhooks.ts'
import { patternRules } from '../schemas/messages/patterns.ts'
import { problemMessages, problemRules } from '../schemas/messages/problems.ts'
import { projectFileMessages, projectFileRules } from '../schemas/messages/project-files.ts'
import { projectMessages, projectRules } from '../schemas/messages/projects.ts'
import { realtimeMessages, realtimeRules } from '../schemas/messages/realtime.ts'
import { resumableUploadMessages } from '../schemas/messages/resumable-uploads.ts'
import { sessionMessages, sessionRules } from '../schemas/messages/sessions.ts'
import { sheetMessages, sheetRules } from '../schemas/messages/sheets.ts'
import { slaMessages, slaRules } from '../schemas/messages/sla.ts'
import { statisticsMessages, statisticsRules } from '../schemas/messages/statistics.ts'
import { statisticsRefusals } from '../schemas/messages/statistics-refusals.ts'
import { statisticsRunMessages, statisticsRunRules } from '../schemas/messages/statistics-runs.ts'
import {
  submissionFileMessages,
  submissionFileRules,
} from '../schemas/messages/submission-files.ts'
import { submissionMessages } from '../schemas/messages/submissions.ts'
import { systemMessages } from '../schemas/messages/system.ts'
import { uploadMessages } from '../schemas/messages/uploads.ts'

/** Every failure this service can answer with, by its code. */
export const messages = {
  ...commonMessages,
  ...fileMessages,
  ...accountMessages,
  ...itemMessages,
  ...realtimeMessages,
  ...statisticsMessages,
  ...statisticsRefusals,
  ...statisticsRunMessages,
  ...sessionMessages,
  ...submissionMessages,
  ...driveMessages,
  ...submissionFileMessages,
  ...itsmMessages,
  ...incidentMessages,
  ...incidentListMessages,
  ...slaMessages,
  ...problemMessages,
  ...changeMessages,
  ...cabMessages,
  ...ciMessages,
  ...webhookMessages,
  ...itsmMetricsMessages,
  ...sheetMessages,
  ...projectMessages,
  ...projectFileMessages,
  ...formulaMessages,
  ...analysisSessionMessages,
  ...analysisFileMessages,
  ...analysisStepMessages,
  ...analysisTransformMessages,
  ...analysisChartMessages,
  ...analysisChatMessages,
  ...analysisTemplateMessages,
  ...analysisEngineMessages,
  ...driverTreeMessages,
  ...driverTreeFileMessages,
  ...driverTreeCalculationMessages,
  ...systemMessages,
  ...uploadMessages,
  ...resumableUploadMessages,
} as const

/** Everything that can be wrong with one field. */
export const rules = {
  ...commonRules,
  ...patternRules,
  ...accountRules,
  ...itemRules,
  ...realtimeRules,
  ...sessionRules,
  ...statisticsRules,
  ...statisticsRunRules,
  ...fileRules,
  ...driveRules,
  ...submissionFileRules,
  ...itsmRules,
  ...incidentRules,
  ...incidentListRules,
  ...slaRules,
  ...problemRules,
  ...changeRules,
  ...cabRules,
  ...ciRules,
  ...webhookRules,
  ...itsmMetricsRules,
  ...sheetRules,
  ...projectRules,
  ...projectFileRules,
  ...formulaRules,
  ...analysisSessionRules,
  ...analysisFileRules,
  ...analysisStepRules,
  ...analysisTransformRules,
  ...analysisChartRules,
  ...analysisChatRules,
  ...analysisTemplateRules,
  ...analysisEngineRules,
  ...driverTreeRules,
  ...driverTreeFileRules,
  ...driverTreeCalculationRules,
} as const

export type Language = 'ja' | 'en'

/** The language a client likes best of those we have; Japanese for one that does not say. */
export function languageOf(acceptLanguage = ''): Language {
  const wanted = acceptLanguage
    .split(',')
    .map((part) => part.trim().match(/^(ja|en)\b[^;]*(?:;\s*q=([\d.]+))?$/i))
    .filter((match) => match !== null)
    .map(([, tag = '', quality = '1']) => ({ tag: tag.toLowerCase(), quality: Number(quality) }))
    .sort((a, b) => b.quality - a.quality)
  return wanted[0]?.tag === 'en' && wanted[0].quality > 0 ? 'en' : 'ja'
}

export function fill(text: string, values: Record<string, unknown> = {}): string {
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name]
    return Array.isArray(value) ? value.map(String).join(', ') : String(value ?? '')
  })
}
