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
    ja: 'summary のステップに行はありません。結果はステップそのもの (GET …/step/…) で確認してください。',
    en: 'A summary has no rows. See its result in the step itself.',
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
  step_axis_unknown: {
    ja: '軸「{name}」はありません。使える軸: {known}',
    en: 'names {name}, which is no axis here; there are {known}',
  },
  step_column_unknown: {
    ja: '列「{name}」はありません。使える列: {known}',
    en: 'names {name}, which is no column here; there are {known}',
  },
  step_value_unknown: {
    ja: '「{name}」は入力にありません。あるもの: {known}',
    en: 'names {name}, which the input does not have; it has {known}',
  },
  step_range_order: {
    ja: '下限 ({min}) 以上にしてください。',
    en: 'must not be less than the other end, {min}',
  },
  step_too_many_texts: {
    ja: '数値でない値が {limit} 種類を超えているため比べられません。先にほかの条件で絞ってください。',
    en: 'has more than {limit} different values that are no numbers; filter by something else first',
  },
  figure_twice: {
    ja: '「{name}」という名前は二度使えません。別の名前にしてください。',
    en: 'is the name {name} a second time; choose another one',
  },
  figure_unknown: {
    ja: '「{name}」という名前の集計はありません。使える名前: {known}',
    en: 'names {name}, which is no figure of this configuration; there are {known}',
  },
  figure_cycle: {
    ja: '計算が循環します: {path}。どれかを外してください。',
    en: 'goes round in a circle: {path}; leave one of them out',
  },
  figure_axis: {
    ja: '軸「{name}」は group_by_axis にありません。使える軸: {known}',
    en: 'names {name}, which is not in group_by_axis; there are {known}',
  },
  figure_no_periods: {
    ja: 'この軸に年や月などの期間がありません (値の例: {known})。期間の軸を指定してください。',
    en: 'must be an axis of years or other periods; this one holds {known}',
  },
  figure_no_years: {
    ja: 'この軸の期間には年がないため、前年と比べられません。offset を previous にしてください。',
    en: 'cannot be year, as the periods of this axis do not say theirs; send previous',
  },
  figure_period_twice: {
    ja: '「{one}」と「{other}」は同じ期間です。先に変換 (mapping) で表記をそろえてください。',
    en: 'has the same period as {one} and as {other}; spell them alike first, with a mapping',
  },
  figure_too_many_periods: {
    ja: '期間が {limit} 種類を超えています。先に絞ってください。',
    en: 'has more than {limit} different periods; filter first',
  },
  warning_missing_operand: {
    ja: '「{name}」は、計算に使う値がないため {count} 件が空になりました。最初の箇所: {cell}',
    en: '{name} is empty {count} times for want of a number to calculate with, first at {cell}.',
  },
  warning_no_previous: {
    ja: '「{name}」は、比べる前の期間の値がないため {count} 件が空になりました。最初の箇所: {cell}',
    en: '{name} is empty {count} times for want of the period before, first at {cell}.',
  },
  warning_division_by_zero: {
    ja: '「{name}」は、0 で割ることになるため {count} 件が空になりました。最初の箇所: {cell}',
    en: '{name} is empty {count} times as it would be divided by 0, first at {cell}.',
  },
  warning_too_large: {
    ja: '「{name}」は、数が大きすぎるため {count} 件が空になりました。最初の箇所: {cell}',
    en: '{name} is empty {count} times as the number is too large, first at {cell}.',
  },
} as const
