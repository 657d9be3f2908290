/** What the steps of an analysis refuse. */
export const analysisStepMessages = {
  analysis_step_not_found: {
    status: 404,
    ja: 'ステップ {id} は見つかりません。ステップの一覧 (GET …/step) を確認してください。',
    en: 'There is no step {id}. See the steps at GET …/step.',
  },
  analysis_step_used: {
    status: 409,
    ja: 'ステップ「{name}」は次のステップで使われています: {names}。一緒に削除するには cascade=true を付けてください。',
    en: 'Other steps start from the step {name}: {names}. Send cascade=true to delete them as well.',
  },
  analysis_too_many_steps: {
    status: 409,
    ja: 'ステップは {limit} 個までです。使わないステップを削除してください。',
    en: 'There are at most {limit} steps. Delete some that are not needed.',
  },
  analysis_no_input: {
    status: 409,
    ja: '分析するファイルが選ばれていません。先に POST …/input でファイルを選んでください。',
    en: 'No file is chosen to be analysed. Choose one first with POST …/input.',
  },
  analysis_snapshot_not_found: {
    status: 404,
    ja: 'このセッションにスナップショット {id} はありません。GET …/snapshot で確認してください。',
    en: 'The session has no snapshot {id}. See GET …/snapshot.',
  },
  analysis_changing: {
    status: 409,
    ja: 'ほかの人が同じセッションを続けて変更しているため保存できませんでした。Retry-After の秒数だけ待ってから、もう一度送ってください。',
    en: 'Others keep changing this session, so nothing was saved. Send the request again after the seconds in Retry-After.',
  },
  analysis_step_input_failed: {
    status: 422,
    ja: 'このステップの入力「{name}」が失敗しています。先にそのステップを直してください。',
    en: 'The step {name}, which this one starts from, has failed. Mend that one first.',
  },
  analysis_step_no_rows: {
    status: 422,
    ja: 'summary のステップに行はありません。結果は GET …/step/{id} で確認してください。',
    en: 'A summary has no rows. See its result at GET …/step/{id}.',
  },
} as const

export const analysisStepRules = {
  step_config_too_large: {
    ja: '設定は JSON で {limit} バイト以下にしてください。',
    en: 'must have at most {limit} bytes as JSON',
  },
  step_unknown: {
    ja: 'そのステップはありません。使えるもの: {known}',
    en: 'is no step here; there are {known}',
  },
  step_not_before: {
    ja: 'このステップより前のステップを指定してください。使えるもの: {known}',
    en: 'must be a step before this one: {known}',
  },
  step_without_rows: {
    ja: 'summary のステップは入力にできません。使えるもの: {known}',
    en: 'is a summary, and has no rows to start from; there are {known}',
  },
  step_order_incomplete: {
    ja: 'すべてのステップの id を一度ずつ指定してください。',
    en: 'must have the id of every step once',
  },
  step_order_broken: {
    ja: 'ステップ「{name}」は入力の「{other}」より後に置いてください。',
    en: 'would put the step {name} before {other}, which it starts from',
  },
} as const
