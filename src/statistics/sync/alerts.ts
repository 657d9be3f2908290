import type { FastifyBaseLogger } from 'fastify'
import type { SyncState } from '../../../db/tables/statistics-runs.ts'
import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Deps } from '../../fastify.ts'
import { enqueue, type JobPayloads } from '../../jobs.ts'
import { getPublicRun } from '../runs/list.ts'
import { planOf } from './plans.ts'

type Change = JobPayloads['announce_sync']

const titles: Record<SyncState, readonly [ja: string, en: string]> = {
  ok: ['復旧しました', 'is well again'],
  failing: ['取得に失敗しました', 'cannot be read'],
  quarantined: ['検査で保留しました', 'is kept back by the checks'],
}

const advice: Record<SyncState, readonly [ja: string, en: string]> = {
  ok: ['新しい値を取得できるようになりました。', 'New figures can be had again.'],
  failing: [
    '前回までの値をそのまま公開し、古い可能性があることを示しています。次の予定時刻に再試行します。',
    'The last good figures stay and are marked as stale. The next try is at the next scheduled time.',
  ],
  quarantined: [
    '前回までの値をそのまま公開しています。検査結果を確認し、採用または却下してください。',
    'The last good figures stay. Look at the results of the checks, and accept or reject the run.',
  ],
}

/** Says in the log that a source changed its state, and hands on the mails and the webhook. */
export async function announceSync(
  { db, config, webhook }: Pick<Deps, 'db' | 'config' | 'webhook'>,
  log: FastifyBaseLogger,
  change: Change,
  administrators: () => Promise<string[]>,
): Promise<void> {
  const { run_id, state } = change
  const to = config.alertMail.length > 0 ? config.alertMail : await administrators()
  const run = await getPublicRun(db, run_id)
  const { source_id, outcome, error_code } = run
  const fields = { source_id, run_id, state, outcome, error_code }
  log[state === 'ok' ? 'info' : 'error'](fields, `the sync of ${source_id} ${titles[state][1]}`)
  await transact(db, async (trx) => {
    for (const address of new Set(to)) {
      const key = `alert ${run_id} ${state} ${address}`
      await enqueue(trx, 'send_sync_mail', { ...change, to: address }, { key })
    }
    if (webhook) await enqueue(trx, 'call_webhook', change, { key: `alert ${run_id} ${state}` })
  })
}

export async function sendSyncMail(
  { db, mail, config }: Pick<Deps, 'db' | 'mail' | 'config'>,
  { to, ...change }: JobPayloads['send_sync_mail'],
): Promise<void> {
  const { title, name, text } = await textsOf(db, change)
  const link = `${config.publicUrl}/api/v1/statistics/sync/${change.run_id}`
  await mail({ to, subject: `Kaname: ${name} ${title}`, text: [...text, '', link].join('\n') })
}

export async function callSyncWebhook(
  { db, config, webhook }: Pick<Deps, 'db' | 'config' | 'webhook'>,
  change: Change,
): Promise<void> {
  const { run, source, text } = await textsOf(db, change)
  await webhook?.({
    event: 'statistics_sync',
    state: change.state,
    source,
    run,
    url: `${config.publicUrl}/api/v1/statistics/sync/${change.run_id}`,
    text: text.join('\n'),
  })
}

async function textsOf(db: Db, { run_id, state }: Change) {
  const run = await getPublicRun(db, run_id)
  const { id = run.source_id, name_ja = id, name_en = id } = planOf(run.source_id)?.source ?? {}
  const [title, title_en] = titles[state]
  const [ja, en] = advice[state]
  const reason = run.error_code ? [`${run.error_code}: ${run.error_message ?? ''}`] : []
  const text = [
    `${name_ja} (${id}): ${title} (${run.scheduled_for})`,
    ...reason,
    ja,
    '',
    `${name_en}: ${title_en}`,
    en,
  ]
  return { run, source: { id, name_ja, name_en }, title, name: name_ja, text }
}
