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
import { ProblemDetails } from './common.ts'
import {
  Item,
  ItemChange,
  ItemEnvelope,
  ItemEvent,
  ItemHistory,
  ItemOwner,
  NewItem,
} from './items.ts'
import { ChangeFigures, ChangeRateRow, ChangeRates } from './itsm/change-rates.ts'
import { Named } from './itsm/common.ts'
import { FieldChange, HistoryPage } from './itsm/history.ts'
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
  // system
  AppInfo,
  Health,
  Alive,
  Ready,
  Job,
  JobPage,
]
