import type {
  DocumentReview,
  DriveStatus,
  SubmissionStatus,
  SubmissionType,
} from '../../schemas/submissions/common.ts'

export type SubmissionTables = {
  submission_sessions: {
    /** Random, for it is what opens the link. */
    id: string
    submitter_name: string
    submitter_email: string
    submission_type: SubmissionType
    description: string | null
    /** JSON: the document types that are asked for; null for those of the catalogue. */
    requirements: string | null
    status: SubmissionStatus
    /** What was said with the status. */
    comment: string | null
    /** The last day on which the link opens, in Japan; null for no end. */
    due_date: string | null
    /** When somebody closed the link. */
    closed_at: string | null
    /** When the latest file came, and when staff last answered. */
    received_at: string | null
    reviewed_at: string | null
    reminded_at: string | null
    google_drive_folder_id: string | null
    owner_id: string
    version: number
    created_at: string
    updated_at: string
  }
  submission_files: {
    id: string
    session_id: string
    filename: string
    key: string
    size: number
    mime_type: string
    sha256: string
    document_type: string | null
    comment: string | null
    review: DocumentReview
    review_comment: string | null
    reviewed_by: string | null
    reviewed_at: string | null
    drive_status: DriveStatus
    drive_error: string | null
    google_drive_file_id: string | null
    /** Null for the submitter, who has no account. */
    uploaded_by: string | null
    uploaded_at: string
  }
  /** The catalogue of documents for each type of submission. */
  document_types: {
    submission_type: SubmissionType
    document_type: string
    name_ja: string
    name_en: string
    required: 0 | 1
    max_files: number
    /** JSON: extensions. */
    formats: string
    max_mb: number
    validity_days: number | null
    position: number
  }
  /** One row. */
  drive_settings: {
    id: number
    enabled: 0 | 1
    parent_folder_id: string
    folder_name_format: string
    auto_create_folders: 0 | 1
    share_with_submitter: 0 | 1
    version: number
    updated_at: string
  }
  /** One row: the key of the service account, encrypted. */
  drive_credentials: {
    id: number
    sealed: string
    client_email: string
    project_id: string
    fingerprint: string
    uploaded_by: string
    uploaded_at: string
  }
  /** What is known of a file on its way to Google Drive; nothing once it has arrived. */
  drive_deliveries: {
    file_id: string
    /** In a row without a byte more having arrived. */
    tries: number
    /** How often something else arrived than was sent. */
    mismatches: number
    /** The address of the upload under way, encrypted: whoever has it may write. */
    sealed_upload: string | null
    sent_bytes: number
    created_at: string
  }
}
