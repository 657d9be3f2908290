import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'

export const dateFormats = ['iso', 'dmy', 'mdy', 'ymd'] as const
export const importStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const

const count = (description: string) => Type.Integer({ minimum: 0, description })

const ImportError = Type.Object({
  file: oneOf('incidents', 'events'),
  line: nullable(Type.Integer({ minimum: 1, description: 'Null where all of the file is meant.' })),
  field: nullable(Type.String({ examples: ['opened_at'] })),
  ja: Type.String({ examples: ['必須です。'] }),
  en: Type.String({ examples: ['is required'] }),
})

export const IncidentImport = Type.Object(
  {
    id: Id,
    state: Type.Unsafe<(typeof importStates)[number]>({
      ...oneOf(...importStates),
      description: 'A failed one tells in `errors` why; what it had imported stays.',
    }),
    dry_run: Type.Boolean({ description: 'Whether it only looks, and writes nothing.' }),
    file_name: Type.String({ examples: ['incidents.csv'] }),
    fields: nullable(
      Type.Array(Type.String(), { description: 'The fields that the file has columns for.' }),
    ),
    ignored_columns: Type.Array(Type.String(), { description: 'Columns that are no fields.' }),
    rows_read: count('Lines of the file, without the header.'),
    imported: count('Incidents that are new.'),
    skipped: count('Incidents that were there already, by their number.'),
    refused: count('Lines that are wrong; see `errors`.'),
    events_read: count('Lines of the file of events.'),
    events_imported: count('Entries of history that are new.'),
    events_skipped: count('Events that change nothing or were there already.'),
    events_refused: count('Events that are wrong; see `errors`.'),
    pending: count('Incidents whose history and clocks are still to be written.'),
    unknown_people: count(
      'Names of people that are not known: nobody took their place, or the importer as reporter.',
    ),
    unknown_teams: count('Names of teams that are not known; those incidents have none.'),
    errors: Type.Array(ImportError, { description: 'The first hundred.' }),
    created_by: Id,
    created_at: Timestamp,
    started_at: nullable(Timestamp),
    finished_at: nullable(Timestamp),
  },
  { $id: 'IncidentImport' },
)
export type IncidentImport = Static<typeof IncidentImport>
export type ImportError = Static<typeof ImportError>

export const IncidentImportQuery = pageQuery()
export const IncidentImportPage = pageOf('imports', ref(IncidentImport), {
  $id: 'IncidentImportPage',
})
