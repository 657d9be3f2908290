export type ItsmSettingsTables = {
  /** One row, there from the beginning. */
  itsm_settings: {
    id: string
    reopen_window_days: number
    version: number
    updated_at: string
  }
}
