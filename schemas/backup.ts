import { type Static, Type } from '@sinclair/typebox'

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Name = Type.String({ maxLength: 300 })
const Bytes = Type.Integer({ minimum: 0 })

/** The first entry of an archive: what it was made of. */
export const BackupHeader = Type.Object({
  format: Type.Integer({ minimum: 1 }),
  version: Type.String(),
  made_at: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]{8,12}Z$' }),
  engine: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
  migrations: Type.Array(Name),
  /** Every row is an array of values in the order of these columns. */
  tables: Type.Array(
    Type.Object({
      name: Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' }),
      columns: Type.Array(Type.Object({ name: Name, type: Name })),
    }),
  ),
  /** Tables whose rows stay behind. */
  left_out: Type.Array(Name),
  /** Sealed with the key that seals what is in the rows: who opens it can open those. */
  seal: Type.String(),
})
export type BackupHeader = Static<typeof BackupHeader>

/** The last entry: without it an archive is not whole. */
export const BackupManifest = Type.Object({
  entries: Type.Array(Type.Object({ name: Name, size: Bytes, sha256: Sha256 })),
  rows: Type.Record(Type.String(), Bytes),
  /** Files that a row names and that could not be copied. */
  missing: Type.Array(
    Type.Object({
      key: Name,
      reason: Type.Union([Type.Literal('deleted_meanwhile'), Type.Literal('not_in_storage')]),
    }),
  ),
  /** Over everything above. */
  signature: Type.String(),
})
export type BackupManifest = Static<typeof BackupManifest>
