import { ref } from '../../schemas/common.ts'
import { driveNotices } from '../../schemas/messages/drive.ts'
import { Redelivery } from '../../schemas/submissions/delivery.ts'
import { LinkParams } from '../../schemas/submissions/files.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { redeliver } from '../../src/submissions/redelivery.ts'

export const delivery: Routes = async (app) => {
  const { db } = app

  app.post(
    '/:id/redeliver',
    {
      config: {
        permission: 'submission.write',
        failures: ['session_link_not_found', 'session_staff_required', 'drive_disabled'],
      },
      schema: {
        operationId: 'redeliverSubmissionFiles',
        summary: 'Copy the files of a session to Google Drive again',
        description:
          'Those whose delivery failed, and those that came while Google Drive was switched off. Files that arrived or are on their way stay as they are.',
        tags: ['google-drive'],
        params: LinkParams,
        response: { 200: ref(Redelivery) },
      },
    },
    async ({ caller, params, headers }) => {
      const { queued } = await redeliver(db, caller, params.id)
      return { message: driveNotices.redelivery[languageOf(headers['accept-language'])], queued }
    },
  )
}
