import { ApiToken, ApiTokenPage, CreatedApiToken, NewApiToken } from './accounts/api-tokens.ts'
import { AuditEvent, AuditPage, AuditVerdict } from './accounts/audit.ts'
import {
  Message,
  PasswordChange,
  PasswordForgotten,
  PasswordReset,
  Refresh,
  Session,
  SessionPage,
  SignedIn,
  SignIn,
} from './accounts/auth.ts'
import { NewSettings, Settings, SettingsHistory, SettingsVersion } from './accounts/settings.ts'
import {
  NewUser,
  ProfileChange,
  Registration,
  User,
  UserChange,
  UserEnvelope,
  UserPage,
} from './accounts/users.ts'
import { aggregateSchemas } from './analysis/aggregate.ts'
import { chartAnswerSchemas } from './analysis/chart-answers.ts'
import { chartConfigSchemas } from './analysis/charts.ts'
import { analysisChatSchemas } from './analysis/chat.ts'
import { analysisFileSchemas } from './analysis/files.ts'
import { filterSchemas } from './analysis/filter.ts'
import { analysisResultSchemas } from './analysis/results.ts'
import { analysisSessionSchemas } from './analysis/sessions.ts'
import { snapshotDifferenceSchemas } from './analysis/snapshot-differences.ts'
import { analysisSnapshotSchemas } from './analysis/snapshots.ts'
import { analysisStepSchemas } from './analysis/steps.ts'
import { summarySchemas } from './analysis/summary.ts'
import { analysisTemplateSchemas } from './analysis/templates.ts'
import { transformSchemas } from './analysis/transform.ts'
import { ProblemDetails } from './common.ts'
import { treeCalculationSchemas } from './driver-tree/calculation.ts'
import { treeCatalogueSchemas } from './driver-tree/catalogue.ts'
import { treeFileSchemas } from './driver-tree/files.ts'
import { treeNodeSchemas } from './driver-tree/nodes.ts'
import { treeOutputSchemas } from './driver-tree/output.ts'
import { treePolicySchemas } from './driver-tree/policies.ts'
import { treeScenarioSchemas } from './driver-tree/scenarios.ts'
import { treeSchemas } from './driver-tree/trees.ts'
import {
  Item,
  ItemChange,
  ItemEnvelope,
  ItemEvent,
  ItemHistory,
  ItemOwner,
  NewItem,
} from './items.ts'
import { IncidentBulkResult, IncidentBulkUpdate } from './itsm/bulk.ts'
import { cabSchemas } from './itsm/cab.ts'
import { calendarSchemas } from './itsm/change-calendar.ts'
import {
  ChangeCancellation,
  ChangeCompletion,
  ChangeIncident,
  ChangeIncidentPage,
  ChangeReview,
  ChangeRisk,
  PlannedChange,
} from './itsm/change-moves.ts'
import { ChangeFigures, ChangeRateRow, ChangeRates } from './itsm/change-rates.ts'
import {
  ChangeTask,
  ChangeTaskMove,
  ChangeTaskOrder,
  ChangeTasks,
  ChangeTaskUpdate,
  NewChangeTask,
} from './itsm/change-tasks.ts'
import {
  ChangeTemplate,
  ChangeTemplatePage,
  ChangeTemplateUpdate,
  NewChangeTemplate,
} from './itsm/change-templates.ts'
import { windowSchemas } from './itsm/change-windows.ts'
import { Change, ChangePage, ChangeUpdate, NewChange, RiskReason } from './itsm/changes.ts'
import {
  Ci,
  CiChange,
  CiIncident,
  CiIncidentPage,
  CiPage,
  NewCi,
  RelatedCi,
  RelatedCis,
} from './itsm/cis.ts'
import { Named } from './itsm/common.ts'
import { FieldChange, HistoryPage } from './itsm/history.ts'
import { IncidentFile, IncidentFilePage, IncidentUpload } from './itsm/incident-files.ts'
import { IncidentImport, IncidentImportPage } from './itsm/incident-imports.ts'
import {
  IncidentFilters,
  IncidentPage,
  NewSavedSearch,
  SavedSearch,
  SavedSearchPage,
} from './itsm/incident-lists.ts'
import {
  IncidentClosing,
  IncidentPending,
  IncidentReason,
  IncidentResolution,
} from './itsm/incident-moves.ts'
import {
  Assignment,
  Incident,
  IncidentChange,
  IncidentUpdates,
  NewIncident,
} from './itsm/incidents.ts'
import {
  KnownError,
  KnownErrorChange,
  KnownErrorFound,
  KnownErrorPage,
  KnownErrorResults,
  KnownErrorStatistics,
  KnownErrorSuggestion,
  KnownErrorSuggestions,
  KnownErrorUse,
  KnownErrorUsed,
  NewKnownError,
} from './itsm/known-errors.ts'
import { IncidentLink, IncidentLinks, NewIncidentLink } from './itsm/links.ts'
import {
  MetricFigures,
  MetricGroup,
  Running,
  Spread,
  TargetShare,
  TargetState,
} from './itsm/metrics.ts'
import {
  Backlog,
  BacklogRow,
  ItsmChart,
  MetricRow,
  Metrics,
  RunningRow,
  SlaMetricRow,
  SlaMetrics,
  Volume,
  VolumeDay,
  VolumeHour,
} from './itsm/metrics-answers.ts'
import { NewWorkNote, WorkNote, WorkNoteChange, WorkNotePage } from './itsm/notes.ts'
import {
  ProblemCandidate,
  ProblemCandidates,
  ProblemKpis,
  ProblemStatistics,
  ProblemTrends,
} from './itsm/problem-figures.ts'
import {
  ProblemChanges,
  ProblemCommunicated,
  ProblemCommunication,
  ProblemIncident,
  ProblemIncidentPage,
  ProblemIncidents,
  ProblemIncidentsLinked,
  ProblemLinkedChange,
  ProblemLinkedChanges,
} from './itsm/problem-links.ts'
import {
  NewProblem,
  Problem,
  ProblemBulkResult,
  ProblemBulkUpdate,
  ProblemChange,
  ProblemPage,
  ProblemReopening,
  ProblemTransition,
} from './itsm/problems.ts'
import {
  FaultTree,
  Fishbone,
  FiveWhys,
  NewRcaFinding,
  RcaFinding,
  RcaFindingChange,
  RcaFindingPage,
  RcaOverview,
  RcaPhaseChange,
  RcaSaved,
  RcaTimeline,
  RcaVersions,
} from './itsm/rca.ts'
import { ItsmSettings, NewItsmSettings } from './itsm/settings.ts'
import {
  IncidentSla,
  NewSlaPolicy,
  SlaPolicy,
  SlaPolicyChange,
  SlaPolicyPage,
  SlaPolicyVersion,
  SlaPolicyVersionPage,
  SlaTarget,
} from './itsm/sla.ts'
import {
  NewSlaCalendar,
  SlaCalendar,
  SlaCalendarChange,
  SlaCalendarPage,
  SlaDays,
  SlaHolidays,
} from './itsm/sla-calendars.ts'
import { NewTeam, Team, TeamChange, TeamMember, TeamMembers, TeamPage } from './itsm/teams.ts'
import { TimelineEntry, TimelinePage } from './itsm/timeline.ts'
import { voteSchemas } from './itsm/votes.ts'
import {
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookPage,
  WebhookWithSecret,
} from './itsm/webhooks.ts'
import { projectActivitySchemas } from './projects/activity.ts'
import { projectFileSchemas } from './projects/files.ts'
import { projectMemberSchemas } from './projects/members.ts'
import { projectSchemas } from './projects/projects.ts'
import {
  AnyRoomInput,
  AnyRoomOutput,
  RoomHistory,
  RoomInput,
  RoomMessage,
  RoomOutput,
  RoomStats,
  RoomTicket,
  RoomUsers,
} from './realtime.ts'
import { ResumableUpload } from './resumable-uploads.ts'
import { serviceLevelSchemas } from './service-levels.ts'
import { Area, AreaPage, Indicator, IndicatorPage } from './statistics/catalogue.ts'
import { Comparison } from './statistics/comparison.ts'
import { PolicyEffect } from './statistics/effect.ts'
import { PopulationForecast } from './statistics/forecast.ts'
import { Kpi, KpiCard, KpiCardAnswer, KpiCards, KpiChange, NewKpi } from './statistics/kpis.ts'
import { Livability, Ranking, ScoreRequest, Similar } from './statistics/livability.ts'
import { MapValues } from './statistics/map.ts'
import { Meta, Note } from './statistics/meta.ts'
import { Observations, Revision, RevisionPage } from './statistics/observations.ts'
import {
  NewPolicy,
  Policy,
  PolicyAnswer,
  PolicyChange,
  PolicyPage,
  Tracking,
} from './statistics/policies.ts'
import { Population, Pyramid } from './statistics/population.ts'
import { Chart, Features, Geometry, JsonStat } from './statistics/shapes.ts'
import { Summary } from './statistics/summary.ts'
import {
  Imported,
  QualityFinding,
  QualityPage,
  Sync,
  SyncRun,
  SyncRunDetail,
  SyncStart,
} from './statistics/sync.ts'
import { Trends } from './statistics/trends.ts'
import { Redelivery } from './submissions/delivery.ts'
import {
  DocumentType,
  DocumentTypeChange,
  DocumentTypePage,
  NewDocumentType,
} from './submissions/documents.ts'
import {
  DriveConnection,
  DriveCredentials,
  DriveSettings,
  NewDriveSettings,
} from './submissions/drive.ts'
import {
  SubmissionFile,
  SubmissionFiles,
  SubmissionReview,
  SubmissionUpload,
} from './submissions/files.ts'
import {
  ChangedSubmissionSession,
  CreatedSubmissionSession,
  NewSubmissionSession,
  SubmissionCompletion,
  SubmissionSession,
  SubmissionSessionChange,
  SubmissionSessionPage,
  SubmissionStatistics,
  SubmissionStatusChange,
  SubmissionStatusCounts,
} from './submissions/sessions.ts'
import { Alive, AppInfo, Health, Job, JobPage, Ready } from './system.ts'
import {
  FileLink,
  FileResult,
  FileResults,
  NewLink,
  UploadedFile,
  UploadedFilePage,
} from './uploads.ts'

/** Every schema with a name of its own in the docs and in generated clients. */
export const namedSchemas = [
  ProblemDetails,
  // accounts
  User,
  UserPage,
  UserEnvelope,
  NewUser,
  UserChange,
  ProfileChange,
  Registration,
  SignIn,
  SignedIn,
  Refresh,
  Session,
  SessionPage,
  PasswordChange,
  PasswordForgotten,
  PasswordReset,
  Message,
  ApiToken,
  ApiTokenPage,
  NewApiToken,
  CreatedApiToken,
  Settings,
  NewSettings,
  SettingsVersion,
  SettingsHistory,
  AuditEvent,
  AuditPage,
  AuditVerdict,
  // items
  Item,
  ItemOwner,
  ItemEnvelope,
  NewItem,
  ItemChange,
  ItemEvent,
  ItemHistory,
  // uploads
  UploadedFile,
  UploadedFilePage,
  FileResult,
  FileResults,
  NewLink,
  FileLink,
  ResumableUpload,
  // submissions
  DriveSettings,
  NewDriveSettings,
  DriveCredentials,
  DriveConnection,
  Redelivery,
  SubmissionFile,
  SubmissionFiles,
  SubmissionUpload,
  SubmissionReview,
  DocumentType,
  DocumentTypePage,
  NewDocumentType,
  DocumentTypeChange,
  SubmissionCompletion,
  SubmissionSession,
  SubmissionSessionPage,
  NewSubmissionSession,
  SubmissionSessionChange,
  SubmissionStatusChange,
  CreatedSubmissionSession,
  ChangedSubmissionSession,
  SubmissionStatusCounts,
  SubmissionStatistics,
  // realtime
  RoomTicket,
  RoomUsers,
  RoomStats,
  RoomMessage,
  RoomHistory,
  ...Object.values(RoomInput),
  ...Object.values(RoomOutput),
  AnyRoomInput,
  AnyRoomOutput,
  // statistics
  Note,
  Meta,
  Chart,
  JsonStat,
  Geometry,
  Features,
  Population,
  Pyramid,
  Trends,
  PopulationForecast,
  PolicyEffect,
  Comparison,
  Livability,
  Ranking,
  Similar,
  ScoreRequest,
  MapValues,
  Indicator,
  IndicatorPage,
  Area,
  AreaPage,
  Summary,
  Observations,
  Revision,
  RevisionPage,
  Kpi,
  NewKpi,
  KpiChange,
  KpiCard,
  KpiCards,
  KpiCardAnswer,
  Policy,
  PolicyPage,
  NewPolicy,
  PolicyChange,
  Tracking,
  PolicyAnswer,
  Sync,
  SyncRun,
  SyncRunDetail,
  SyncStart,
  QualityFinding,
  QualityPage,
  Imported,
  // itsm
  Named,
  FieldChange,
  HistoryPage,
  Spread,
  TargetShare,
  MetricGroup,
  MetricFigures,
  TargetState,
  Running,
  ItsmChart,
  MetricRow,
  Metrics,
  SlaMetricRow,
  RunningRow,
  SlaMetrics,
  BacklogRow,
  Backlog,
  VolumeDay,
  VolumeHour,
  Volume,
  ChangeFigures,
  ChangeRateRow,
  ChangeRates,
  NewProblem,
  Problem,
  ProblemBulkResult,
  ProblemBulkUpdate,
  ProblemChange,
  ProblemPage,
  ProblemReopening,
  ProblemTransition,
  ProblemChanges,
  ProblemCommunicated,
  ProblemCommunication,
  ProblemIncident,
  ProblemIncidentPage,
  ProblemIncidents,
  ProblemIncidentsLinked,
  ProblemLinkedChange,
  ProblemLinkedChanges,
  ProblemCandidate,
  ProblemCandidates,
  ProblemKpis,
  ProblemStatistics,
  ProblemTrends,
  FaultTree,
  Fishbone,
  FiveWhys,
  NewRcaFinding,
  RcaFinding,
  RcaFindingChange,
  RcaFindingPage,
  RcaOverview,
  RcaPhaseChange,
  RcaSaved,
  RcaTimeline,
  RcaVersions,
  KnownError,
  KnownErrorChange,
  KnownErrorFound,
  KnownErrorPage,
  KnownErrorResults,
  KnownErrorStatistics,
  KnownErrorSuggestion,
  KnownErrorSuggestions,
  KnownErrorUse,
  KnownErrorUsed,
  NewKnownError,
  SlaCalendar,
  NewSlaCalendar,
  SlaCalendarChange,
  SlaCalendarPage,
  SlaDays,
  SlaHolidays,
  SlaPolicy,
  NewSlaPolicy,
  SlaPolicyChange,
  SlaPolicyPage,
  SlaPolicyVersion,
  SlaPolicyVersionPage,
  SlaTarget,
  IncidentSla,
  IncidentFile,
  IncidentFilePage,
  IncidentUpload,
  IncidentImport,
  IncidentImportPage,
  IncidentFilters,
  IncidentPage,
  NewSavedSearch,
  SavedSearch,
  SavedSearchPage,
  Incident,
  NewIncident,
  IncidentChange,
  IncidentUpdates,
  Assignment,
  IncidentResolution,
  IncidentReason,
  IncidentClosing,
  IncidentPending,
  IncidentBulkUpdate,
  IncidentBulkResult,
  WorkNote,
  WorkNotePage,
  NewWorkNote,
  WorkNoteChange,
  IncidentLink,
  IncidentLinks,
  NewIncidentLink,
  TimelineEntry,
  TimelinePage,
  ItsmSettings,
  NewItsmSettings,
  Team,
  TeamMember,
  TeamPage,
  NewTeam,
  TeamChange,
  TeamMembers,
  Ci,
  CiPage,
  NewCi,
  CiChange,
  RelatedCi,
  RelatedCis,
  CiIncident,
  CiIncidentPage,
  Webhook,
  WebhookPage,
  WebhookWithSecret,
  NewWebhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryPage,
  RiskReason,
  Change,
  ...cabSchemas,
  ...voteSchemas,
  ...windowSchemas,
  ...calendarSchemas,
  ChangePage,
  NewChange,
  ChangeUpdate,
  PlannedChange,
  ChangeRisk,
  ChangeCompletion,
  ChangeCancellation,
  ChangeReview,
  ChangeIncident,
  ChangeIncidentPage,
  ChangeTask,
  ChangeTasks,
  NewChangeTask,
  ChangeTaskUpdate,
  ChangeTaskMove,
  ChangeTaskOrder,
  ChangeTemplate,
  ChangeTemplatePage,
  NewChangeTemplate,
  ChangeTemplateUpdate,
  // projects
  ...projectSchemas,
  ...projectMemberSchemas,
  ...projectFileSchemas,
  ...projectActivitySchemas,
  // analysis
  ...analysisSessionSchemas,
  ...analysisFileSchemas,
  ...filterSchemas,
  ...aggregateSchemas,
  ...transformSchemas,
  ...chartConfigSchemas,
  ...chartAnswerSchemas,
  ...summarySchemas,
  ...analysisStepSchemas,
  ...analysisSnapshotSchemas,
  ...snapshotDifferenceSchemas,
  ...analysisResultSchemas,
  ...analysisChatSchemas,
  ...analysisTemplateSchemas,
  // driver-tree
  ...treeFileSchemas,
  ...treeSchemas,
  ...treeNodeSchemas,
  ...treePolicySchemas,
  ...treeCalculationSchemas,
  ...treeScenarioSchemas,
  ...treeCatalogueSchemas,
  ...treeOutputSchemas,
  // system
  AppInfo,
  Health,
  Alive,
  Ready,
  Job,
  JobPage,
  ...serviceLevelSchemas,
]
