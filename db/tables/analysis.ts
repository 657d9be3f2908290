import type { StepType } from '../../schemas/analysis/common.ts'
import type { ChatRole, SnapshotReason } from '../../schemas/analysis/snapshots.ts'

export type AnalysisTables = {
  analysis_sessions: {
    id: string
    project_id: string
    name: string
    /** The question (課題) that it was opened for and its theme (施策), with their names as they were. */
    issue_id: string
    issue_name: string
    validation_id: string
    validation_name: string
    /** What a model is told; nobody else reads it. */
    agent_prompt: string
    /** 1, or 0 for one that is put away and can only be read. */
    is_active: number
    current_snapshot_id: string
    /** Counts every change of the session, its files, steps and snapshots. */
    version: number
    /** The turn of the chat that is under way, and until when it may be. */
    chat_id: string | null
    chat_until: string | null
    created_by: string | null
    created_at: string
    updated_at: string
  }
  /** A file of the project that was read for the session. */
  analysis_files: {
    id: string
    session_id: string
    project_file_id: string
    /** The sheet that is configured; null until there is one. */
    sheet_id: string | null
    created_by: string | null
    created_at: string
  }
  analysis_sheets: {
    id: string
    file_id: string
    position: number
    name: string
    /** Null for one that holds no table. */
    layout: 'block' | 'flat' | null
    row_count: number
    /** `SheetColumn[]` as JSON, with the roles as they are set now. */
    columns: string
    /** Rules of the messages that people should know of the table, as a JSON list. */
    notes: string
    /** A rule of the messages that says why the sheet is of no use; null for one that is. */
    skipped_reason: string | null
    /** Where its table is in the storage, as Parquet; null for one without. */
    key: string | null
    /** `RepeatedKeys` as JSON, by the roles as they are set now; null where each key stands once. */
    repeated_keys: string | null
  }
  /** A state of the session: a tree by `parent_id`; nothing in it ever changes. */
  analysis_snapshots: {
    id: string
    session_id: string
    parent_id: string | null
    /** Counted from 0 within the session. */
    snapshot_order: number
    reason: SnapshotReason
    /** `SnapshotInput` as JSON: the table that its steps start from; null for none. */
    input: string | null
    /** The file of that table. */
    file_id: string | null
    created_by: string | null
    created_at: string
  }
  /** A step as it was in one or more snapshots; it never changes. */
  analysis_step_versions: {
    id: string
    session_id: string
    /** The same in all versions of the step. */
    step_id: string
    name: string
    type: StepType
    /** `original`, or the `step_id` of an earlier step. */
    input: string
    /** As JSON, with only what was set. */
    config: string
    created_at: string
  }
  analysis_snapshot_steps: {
    snapshot_id: string
    position: number
    version_id: string
  }
  /** What was said; that of a snapshot is what was said on the way to it. */
  analysis_chats: {
    id: string
    session_id: string
    snapshot_id: string
    role: ChatRole
    message: string
    /** `ToolCall[]` as JSON. */
    tool_calls: string
    created_by: string | null
    created_at: string
  }
}

export type AnalysisTemplateTables = {
  /** Themes (施策) besides those that the service brings along. */
  analysis_validations: {
    id: string
    /** Null for one that everybody sees. */
    project_id: string | null
    name: string
    validation_order: number
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
  /** Questions (課題) besides those that the service brings along. */
  analysis_issues: {
    id: string
    /** A row of `analysis_validations`, or a theme that the service brings along. */
    validation_id: string
    project_id: string | null
    name: string
    issue_order: number
    description: string
    agent_prompt: string
    initial_msg: string
    /** As JSON. */
    initial_axis: string
    dummy_hint: string
    /** The cells of the sample sheet, and the steps that are run over it, as JSON; null for none. */
    sample: string | null
    /** What the sample steps gave when they were run, as JSON. */
    dummy_formula: string
    dummy_chart: string
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
}
