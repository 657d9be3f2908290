import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, Timestamp } from '../common.ts'

const fields = {
  google_drive_enabled: Type.Boolean({
    description: 'Whether files are copied to Google Drive.',
    examples: [true],
  }),
  google_drive_parent_folder_id: Type.String({
    maxLength: 500,
    description:
      'The folder of a shared drive below which each session gets its folder: its id, or the URL that the browser shows.',
    examples: ['1AbCdEfGhIjKlMnOpQrStUvWxYz012345'],
  }),
  google_drive_folder_name_format: Type.String({
    minLength: 1,
    maxLength: 200,
    description:
      'The name of a session’s folder; `{session_id}` and `{submitter_name}` stand in it.',
    examples: ['[{session_id}]_{submitter_name}'],
  }),
  google_drive_auto_create_folders: Type.Boolean({
    description: 'A folder for each session; otherwise all files go into the one folder.',
    examples: [true],
  }),
  google_drive_share_with_submitter: Type.Boolean({
    description: 'Lets the submitter read the session’s folder; no mail is sent about it.',
    examples: [true],
  }),
}

/** What the service knows besides. A PUT may give it back; it is not read. */
const known = {
  credentials_uploaded: Type.Boolean({ examples: [true] }),
  credentials_state: {
    ...oneOf('none', 'ready', 'undecryptable'),
    description: '`undecryptable`: SECRETS_KEY is no longer the one they were stored with.',
    examples: ['ready'],
  },
  client_email: nullable(
    Type.String({
      description: 'Whom to share the folder with.',
      examples: ['kaname@example-project.iam.gserviceaccount.com'],
    }),
  ),
  project_id: nullable(Type.String({ examples: ['example-project'] })),
  version: Type.Integer({ minimum: 0, examples: [3] }),
  updated_at: nullable(Timestamp),
}

export const DriveSettings = Type.Object({ ...fields, ...known }, { $id: 'DriveSettings' })
export type DriveSettings = Static<typeof DriveSettings>

const unread = Type.Optional(
  Type.Unknown({ description: 'As GET gave it; not read.', examples: [null] }),
)

export const NewDriveSettings = Type.Object(
  {
    ...fields,
    credentials_uploaded: unread,
    credentials_state: unread,
    client_email: unread,
    project_id: unread,
    version: unread,
    updated_at: unread,
  },
  { $id: 'NewDriveSettings', additionalProperties: false },
)
export type NewDriveSettings = Pick<Static<typeof NewDriveSettings>, keyof typeof fields>

export const DriveCredentials = Type.Object(
  {
    message: Type.String({ examples: ['The credentials have been stored.'] }),
    client_email: Type.String({ examples: ['kaname@example-project.iam.gserviceaccount.com'] }),
    project_id: Type.String({ examples: ['example-project'] }),
  },
  { $id: 'DriveCredentials' },
)
export type DriveCredentials = Static<typeof DriveCredentials>

export const DriveConnection = Type.Object(
  {
    connected: Type.Boolean({ examples: [true] }),
    message: Type.Optional(Type.String({ examples: ['The connection works.'] })),
    folder_name: Type.Optional(Type.String({ examples: ['Contracts'] })),
    drive_kind: Type.Optional({
      ...oneOf('shared_drive', 'my_drive'),
      description: 'A service account can store files in shared drives only.',
    }),
    code: Type.Optional(
      Type.String({ description: 'What is wrong, for programs.', examples: ['parent_not_found'] }),
    ),
    error: Type.Optional(Type.String({ description: 'What is wrong.' })),
    hint: Type.Optional(Type.String({ description: 'What to do about it.' })),
  },
  {
    $id: 'DriveConnection',
    examples: [
      {
        connected: true,
        message: 'The connection works.',
        folder_name: 'Contracts',
        drive_kind: 'shared_drive',
      },
    ],
  },
)
export type DriveConnection = Static<typeof DriveConnection>
