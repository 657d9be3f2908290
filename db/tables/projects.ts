import type { ProjectRole } from '../../schemas/projects/common.ts'

export type ProjectTables = {
  projects: {
    id: string
    name: string
    /** Never changes; what is left of a deleted project has its id here, so that its code is free. */
    code: string
    description: string | null
    /** 1, or 0 for one that is archived and can only be read. */
    is_active: number
    created_by: string | null
    version: number
    /** Counts changes of the members: whoever touches it first is the only one who changes them. */
    members_version: number
    /** Set while a job removes what is in it; nobody sees it any more. */
    deleted_at: string | null
    created_at: string
    updated_at: string
  }
  project_members: {
    id: string
    project_id: string
    user_id: string
    role: ProjectRole
    joined_at: string
    added_by: string | null
  }
  /** Which events of the audit log are about a project or something in it. */
  project_activity: {
    project_id: string
    /** That of the event. */
    id: string
  }
  /** One row a version of a file: those of one name in one project belong together. */
  project_files: {
    id: string
    project_id: string
    /** As the client called it, without its folders. */
    original_name: string
    name_key: string
    /** Counted from 1 within the name. */
    version: number
    /** 1 for the last version of its name, which lists show. */
    is_latest: number
    content_type: string
    size: number
    /** In hexadecimal. */
    sha256: string
    /** Where it is in the storage. */
    key: string
    uploaded_by: string | null
    created_at: string
  }
}
