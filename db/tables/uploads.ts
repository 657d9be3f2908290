export type UploadTables = {
  uploads: {
    id: string
    /** What the file is called in addresses: random, with the extension of its name. */
    stored_name: string
    /** As the client called it, without its folders. */
    original_name: string
    /** What its bytes say that it is. */
    content_type: string
    size: number
    /** In hexadecimal. */
    sha256: string
    description: string | null
    /** Where it is in the storage. */
    key: string
    owner_id: string
    created_at: string
  }
}
