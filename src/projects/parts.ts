import type { Db } from '../../db/tables.ts'

/** Something that a file of a project is used in. */
export type FileUse = { kind: 'tree' | 'session'; id: string; name: string; file_id: string }

/** What areas after this one know of what they keep in projects; a composer puts it together. */
export type ProjectParts = {
  /** Where these versions of files are used, also within the transaction that deletes them. */
  usesOf: readonly ((db: Db, fileIds: readonly string[]) => Promise<FileUse[]>)[]
  /** Removes what an area has in a project, some at a time, until nothing is left; can be done again. */
  removals: readonly ((db: Db, projectId: string) => Promise<void>)[]
}

declare module '../fastify.ts' {
  interface Deps {
    projectParts: ProjectParts
  }
}
