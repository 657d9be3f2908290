export type ResumableUploadTables = {
  /** Files that come in pieces, and for a day those that have come. */
  resumable_uploads: {
    /** Random: it stands in an address that clients keep. */
    id: string
    owner_id: string
    name: string
    description: string | null
    /** As the client sent it. */
    metadata: string
    size: number
    /** How much of it is kept. It is `size` if and only if the file has been made. */
    received: number
    /** The file that was made. */
    stored_name: string | null
    expires_at: string
    created_at: string
  }
  /**
   * Pieces in the storage. They have no foreign key: whatever becomes of their upload, they stay
   * known until they have been removed from the storage.
   */
  resumable_parts: {
    upload_id: string
    start: number
    size: number
    key: string
  }
}
