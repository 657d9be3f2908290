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
import { Alive, AppInfo, Health, Job, JobPage, Ready } from './system.ts'

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
  // system
  AppInfo,
  Health,
  Alive,
  Ready,
  Job,
  JobPage,
]
