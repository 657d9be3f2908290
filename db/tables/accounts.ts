export type AccountTables = {
  users: {
    id: string
    username: string | null
    /** `username` and `email` as they are compared: see `keyOf` in src/accounts/users.ts. */
    username_key: string | null
    email: string
    email_key: string
    display_name: string
    full_name: string | null
    bio: string | null
    profile_image: string | null
    azure_oid: string | null
    password_hash: string | null
    /** JSON: `Role[]`. */
    roles: string
    deactivated_at: string | null
    /** Set when the person was made unrecognisable; the row stays for what refers to it. */
    deleted_at: string | null
    last_login: string | null
    version: number
    created_at: string
    updated_at: string
  }
  sessions: {
    id: string
    user_id: string
    /** Hash of the Azure AD token the session stands for; null for a local sign-in. */
    external_key: string | null
    ip: string | null
    user_agent: string | null
    created_at: string
    last_used_at: string
    expires_at: string
    revoked_at: string | null
  }
  refresh_tokens: {
    hash: string
    session_id: string
    created_at: string
    expires_at: string
    used_at: string | null
  }
  api_tokens: {
    id: string
    user_id: string
    name: string
    hash: string
    /** The last characters, to tell tokens apart. */
    hint: string
    /** JSON: `Permission[]`. */
    scopes: string
    expires_at: string
    last_used_at: string | null
    created_at: string
  }
  password_resets: {
    hash: string
    user_id: string
    created_at: string
    expires_at: string
    used_at: string | null
  }
  user_settings: {
    user_id: string
    version: number
    /** JSON object. */
    settings: string
    created_at: string
  }
}
