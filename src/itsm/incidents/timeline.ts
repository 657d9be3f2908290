import type { Db } from '../../../db/tables.ts'
import type { TimelineEntry, TimelinePage, TimelineQuery } from '../../../schemas/itsm/timeline.ts'
import type { Caller } from '../../access.ts'
import type { Language } from '../../messages.ts'
import { getIncidentRow } from './access.ts'
import { namesOf, personOf } from './people.ts'
import {
  cursorOf,
  type Entry,
  fileEntries,
  historyEntries,
  linkEntries,
  noteEntries,
  positionIn,
  type Stretch,
  slaEntries,
} from './timeline-entries.ts'

const titles: Record<TimelineEntry['type'], Record<Language, string>> = {
  status_change: { ja: '状態の変更', en: 'Status changed' },
  assignment: { ja: '担当の変更', en: 'Assignment changed' },
  field_change: { ja: '項目の変更', en: 'Field changed' },
  work_note: { ja: '作業メモ', en: 'Note' },
  attachment: { ja: '添付ファイル', en: 'Attachment' },
  link: { ja: '関連', en: 'Link' },
  sla: { ja: 'SLA の通知', en: 'SLA notice' },
}

/**
 * Everything that happened to an incident, as far as the caller may see it, in the order of time: what
 * changed, notes, attachments, links, notices of the SLA.
 */
export async function getTimeline(
  db: Db,
  caller: Caller,
  id: string,
  { cursor, limit, order }: TimelineQuery,
  language: Language,
): Promise<TimelinePage> {
  await getIncidentRow(db, caller, id)
  const after = cursor === undefined ? undefined : positionIn(cursor)
  const stretch: Stretch = { order, after, limit: limit + 1 }
  const found = [
    ...(await historyEntries(db, caller, id, stretch)),
    ...(await noteEntries(db, caller, id, stretch)),
    ...(await fileEntries(db, caller, id, stretch)),
    ...(await linkEntries(db, caller, id, stretch)),
    ...(await slaEntries(db, id, stretch)),
  ].sort(order === 'asc' ? byTime : (a, b) => byTime(b, a))
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  const names = await namesOf(
    db,
    page.map(({ by }) => by),
  )
  const entries = page.map(({ by, at, ...entry }) => ({
    ...entry,
    title: titles[entry.type][language],
    user: personOf(by, names),
    timestamp: at,
  }))
  return { entries, next_cursor: last ? cursorOf(last) : null }
}

function byTime(a: Entry, b: Entry): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1
  return a.id < b.id ? -1 : 1
}
