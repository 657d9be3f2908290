import type { FastifyBaseLogger } from 'fastify'
import { announceAccess } from './accounts/access-changes.ts'
import { administratorEmails } from './accounts/administrator.ts'
import { forgetPasswordResets, sendPasswordMail } from './accounts/password-resets.ts'
import { forgetSessions } from './accounts/sessions.ts'
import { forgetParsing } from './analysis/files/reading.ts'
import type { Config } from './config.ts'
import { removeTreeFiles } from './driver-tree/files/removal.ts'
import type { Deps } from './fastify.ts'
import { forgetAnswers } from './idempotency.ts'
import { forgetIncoming, longestSeconds } from './incoming.ts'
import { settleVotes } from './itsm/cab/counting.ts'
import { remindReviews } from './itsm/changes/reminders.ts'
import { giveUpImport } from './itsm/imports/ending.ts'
import { importIncidents } from './itsm/imports/import.ts'
import { forgetDeliveries } from './itsm/notices/deliveries.ts'
import { sendItsmMail } from './itsm/notices/mails.ts'
import { callItsmWebhook } from './itsm/notices/sending.ts'
import { refreshOpen } from './itsm/sla/refresh-open.ts'
import { watchIncidents } from './itsm/sla/watch.ts'
import type { JobEndings, JobHandlers } from './job-runs.ts'
import { removeProject } from './projects/removal.ts'
import { forgetRooms } from './realtime/history.ts'
import { forgetTickets } from './realtime/tickets.ts'
import type { Recurring } from './schedule.ts'
import { forgetQuality } from './statistics/runs/list.ts'
import { announceSync, callSyncWebhook, sendSyncMail } from './statistics/sync/alerts.ts'
import { zone } from './statistics/sync/days.ts'
import { startSync } from './statistics/sync/start.ts'
import { syncSource } from './statistics/sync/sync.ts'
import { deliverFile } from './submissions/delivery.ts'
import { shareFolder } from './submissions/delivery-folder.ts'
import { removeFromDrive } from './submissions/delivery-removal.ts'
import { sendSessionMail } from './submissions/mails.ts'
import { remindSubmitters } from './submissions/reminders.ts'
import { forgetJobs } from './system/jobs.ts'
import { forgetLevels } from './system/level-records.ts'
import { type Trace, traceHeaders } from './trace.ts'
import { removeUploads } from './uploads/files.ts'
import { makeThumbnail } from './uploads/pictures.ts'
import { forgetResumableUploads, removeParts } from './uploads/resumable-parts.ts'
import { later, now } from './values.ts'

/** What each kind of job does, put together from the areas that know. */
export function createHandlers(deps: Deps, log: FastifyBaseLogger): JobHandlers {
  const { db, storage, config } = deps
  return {
    remove_file: ({ key }) => storage.remove(key),
    make_thumbnail: (payload) => makeThumbnail(deps, payload),
    remove_uploads: ({ owner_id }) => removeUploads(deps, owner_id),
    remove_parts: ({ upload_id }) => removeParts(deps, upload_id),
    send_password_mail: (payload, _, __, id) => sendPasswordMail(withMail(deps, id), payload),
    announce_access: (change) => announceAccess(deps, change),
    send_session_mail: (payload, _, __, id) => sendSessionMail(withMail(deps, id), payload),
    remind_submitters: () => remindSubmitters(db),
    remind_reviews: () => remindReviews(db),
    settle_votes: () => settleVotes(db),
    clean_up: async () => {
      await forgetSessions(db)
      await forgetPasswordResets(db)
      await forgetAnswers(db)
      await forgetIncoming(db, storage)
      await forgetParsing(config)
      await storage.forgetUnfinished(later(now(), -longestSeconds))
      await forgetResumableUploads(deps)
      await forgetJobs(db)
      await forgetTickets(db)
      await forgetRooms(db)
      await forgetQuality(db)
      await forgetDeliveries(db)
      await forgetLevels(db)
    },
    sync_statistics: () => startSync(db, config),
    sync_source: (task, signal) => syncSource(deps, task, signal),
    deliver_file: (file, signal) => deliverFile(deps, file, signal),
    remove_drive_file: (file) => removeFromDrive(deps, file),
    share_folder: (session) => shareFolder(deps, session),
    announce_sync: (change) => announceSync(deps, log, change, () => administratorEmails(db)),
    send_sync_mail: (change, _, __, id) => sendSyncMail(withMail(deps, id), change),
    call_webhook: (change, _, trace, id) => callSyncWebhook(withWebhook(deps, trace, id), change),
    send_itsm_mail: (payload, _, __, id) => sendItsmMail(withMail(deps, id), payload),
    call_itsm_webhook: (delivery, signal, trace) =>
      callItsmWebhook(withReceiver(deps, trace), delivery, signal),
    import_incidents: (task, signal) => importIncidents(deps, task, signal),
    watch_incidents: (_, signal) => watchIncidents(deps, now(), signal),
    remove_project: ({ project_id }, signal) => removeProject(deps, project_id, signal),
    remove_tree_files: ({ owner_id }) => removeTreeFiles(deps, owner_id),
    refresh_clocks: (changed, signal) => refreshOpen(db, changed, now(), signal),
  }
}

/** A job sends one mail, and if it runs again the same one. */
function withMail({ mail, ...deps }: Deps, id: string): Deps {
  return { ...deps, mail: (each) => mail(each, id) }
}

/** Whoever is called is told which trace the call belongs to. */
function withWebhook({ webhook, ...deps }: Deps, trace: Trace, id: string): Deps {
  return { ...deps, webhook: webhook && ((body) => webhook(body, trace, id)) }
}

function withReceiver({ callReceiver, ...deps }: Deps, trace: Trace): Deps {
  return {
    ...deps,
    callReceiver: (url, body, headers, stop) =>
      callReceiver(url, body, { ...headers, ...traceHeaders(trace) }, stop),
  }
}

/** What remains to be said of a job that is given up. */
export const jobEndings: JobEndings = {
  import_incidents: (trx, { import_id }) => giveUpImport(trx, import_id),
}

/** What comes round by itself. */
export function recurringJobsOf({ estat }: Config): Recurring[] {
  const sync: Recurring = { kind: 'sync_statistics', payload: {}, cron: estat.cron, zone }
  return [
    { kind: 'clean_up', payload: {}, cron: '17 3 * * *', zone: 'Asia/Tokyo' },
    { kind: 'remind_submitters', payload: {}, cron: '0 9 * * *', zone: 'Asia/Tokyo' },
    { kind: 'remind_reviews', payload: {}, cron: '0 9 * * *', zone: 'Asia/Tokyo' },
    { kind: 'settle_votes', payload: {}, cron: '*/5 * * * *', zone: 'Asia/Tokyo' },
    { kind: 'watch_incidents', payload: {}, cron: '* * * * *', zone: 'Asia/Tokyo' },
    ...(estat.appId ? [sync] : []),
  ]
}
