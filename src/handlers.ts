import { forgetPasswordResets, sendPasswordMail } from './accounts/password-resets.ts'
import { forgetSessions } from './accounts/sessions.ts'
import type { Deps } from './fastify.ts'
import { forgetAnswers } from './idempotency.ts'
import type { JobHandlers } from './jobs.ts'
import type { Recurring } from './schedule.ts'
import { forgetJobs } from './system/jobs.ts'

/** What each kind of job does, put together from the areas that know. */
export function createHandlers(deps: Deps): JobHandlers {
  const { db, storage } = deps
  return {
    remove_file: ({ key }) => storage.remove(key),
    send_password_mail: (payload) => sendPasswordMail(deps, payload),
    clean_up: async () => {
      await forgetSessions(db)
      await forgetPasswordResets(db)
      await forgetAnswers(db)
      await forgetJobs(db)
    },
  }
}

/** What comes round by itself. */
export const recurringJobs: readonly Recurring[] = [
  { kind: 'clean_up', payload: {}, cron: '17 3 * * *', zone: 'Asia/Tokyo' },
]
