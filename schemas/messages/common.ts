/** What any route can answer with: its status, and what to do about it. */
export const commonMessages = {
  malformed_request: {
    status: 400,
    ja: 'リクエストを読み取れません。URL と本文の形式を確認してください (URL の日本語は %E3%81%82 のように符号化します)。',
    en: 'The request cannot be read. Check the form of its URL and body (what is not ASCII in a URL is percent-encoded).',
  },
  malformed_json: {
    status: 400,
    ja: '本文が正しい JSON ではありません。カンマ、引用符、括弧の閉じ忘れを確認してください。',
    en: 'The body is not valid JSON. Check commas, quotes and brackets.',
  },
  duplicate_field: {
    status: 400,
    ja: '本文の JSON に同じ項目が二度あります: {field}。一つにしてください。',
    en: 'The JSON of the body has the field {field} twice. Send it once.',
  },
  json_too_deep: {
    status: 400,
    ja: '本文の JSON の入れ子が深すぎます。{limit} 段までにしてください。',
    en: 'The JSON of the body is nested too deeply. Send at most {limit} levels.',
  },
  forbidden_field: {
    status: 400,
    ja: '本文の JSON に使えない項目名があります (__proto__、constructor)。',
    en: 'The JSON of the body has a field name that is not allowed (__proto__, constructor).',
  },
  forbidden_character: {
    status: 400,
    ja: '使えない文字 (NUL、対になっていないサロゲート) が含まれています。取り除いてください。',
    en: 'There is a character that is not allowed (NUL or half a surrogate pair). Remove it.',
  },
  token_required: {
    status: 401,
    ja: '有効なアクセストークンを Authorization ヘッダーに付けてください。',
    en: 'Send a valid access token in the Authorization header.',
  },
  token_invalid: {
    status: 401,
    ja: 'このアクセストークンは使えません。もう一度サインインしてください。',
    en: 'This access token is not valid here. Sign in again.',
  },
  token_expired: {
    status: 401,
    ja: 'アクセストークンの期限が切れています。/api/v1/auth/refresh で更新してください。',
    en: 'The access token has expired. Renew it at /api/v1/auth/refresh.',
  },
  session_ended: {
    status: 401,
    ja: 'このセッションは終了しています。もう一度サインインしてください。',
    en: 'This session has ended. Sign in again.',
  },
  permission_required: {
    status: 403,
    ja: 'この操作には権限 {permission} が必要です。管理者に依頼してください。',
    en: 'This needs the permission {permission}. Ask an administrator.',
  },
  scope_required: {
    status: 403,
    ja: 'この API トークンの scopes に {permission} がありません。必要な権限で作り直してください。',
    en: 'The scopes of this API token lack {permission}. Create one that has it.',
  },
  route_not_found: {
    status: 404,
    ja: 'この URL はありません。/docs を確認してください。',
    en: 'There is nothing at this URL. See /docs.',
  },
  method_not_allowed: {
    status: 405,
    ja: 'この URL で使えるメソッドは {allowed} です。',
    en: 'This URL takes {allowed}.',
  },
  request_timeout: {
    status: 408,
    ja: 'リクエストの受信が時間内に終わりませんでした。もう一度送ってください。',
    en: 'The request took too long to arrive. Send it again.',
  },
  duplicate: {
    status: 409,
    ja: '同じものがすでにあります。',
    en: 'There is such a record already.',
  },
  missing_reference: {
    status: 409,
    ja: '参照しているものが削除されています。読み直してください。',
    en: 'Something this refers to is gone. Read it again.',
  },
  idempotency_key_reused: {
    status: 409,
    ja: 'この Idempotency-Key は別の内容で使われています。新しいキーで送ってください。',
    en: 'This Idempotency-Key was used with another request. Send a new key.',
  },
  idempotency_key_in_use: {
    status: 409,
    ja: '同じ Idempotency-Key のリクエストが処理中か、結果の記録前に中断しました。作成済みかどうかを一覧で確認してください。',
    en: 'A request with this Idempotency-Key is under way, or broke off before its answer was kept. Look whether the object exists.',
  },
  stale_version: {
    status: 412,
    ja: 'ほかの変更が先に保存されました。読み直してからやり直してください。',
    en: 'Somebody else has changed this. Read it again before you change it.',
  },
  body_too_large: {
    status: 413,
    ja: '本文が大きすぎます。JSON は 1 MB までです。',
    en: 'The body is too large. JSON may have 1 MB.',
  },
  file_missing: {
    status: 404,
    ja: 'ファイルの中身が保管先にありません。もう一度アップロードするか、管理者に連絡してください。',
    en: 'The storage no longer has this file. Upload it again, or tell an administrator.',
  },
  file_too_large: {
    status: 413,
    ja: 'ファイルは {limit} バイト以下にしてください。',
    en: 'Send a file of at most {limit} bytes.',
  },
  unsupported_type: {
    status: 415,
    ja: 'この Content-Type は受け付けていません。',
    en: 'This Content-Type is not accepted.',
  },
  range_beyond_end: {
    status: 416,
    ja: 'Range がファイルの長さを超えています。Content-Length を確認してください。',
    en: 'The Range lies beyond the end of the file. Look at its Content-Length.',
  },
  invalid_request: {
    status: 422,
    ja: '入力に誤りがあります。errors を確認してください。',
    en: 'Some of the input is wrong. See errors.',
  },
  task_too_slow: {
    status: 422,
    ja: '{seconds} 秒で終わらなかったため中止しました。対象を減らしてください。',
    en: 'This was not done after {seconds} seconds and was stopped. Ask for less, or send less.',
  },
  task_too_large: {
    status: 422,
    ja: '使えるメモリーに収まらないため中止しました。対象を減らしてください。',
    en: 'This does not fit into the memory it may use and was stopped. Ask for less, or send less.',
  },
  export_too_large: {
    status: 422,
    ja: 'Excel 形式で出力できるのは {limit} 行までです。条件で絞るか、CSV にしてください。',
    en: 'A workbook holds at most {limit} rows here. Narrow it with filters, or ask for CSV.',
  },
  rate_limited: {
    status: 429,
    ja: 'リクエストが多すぎます。Retry-After の秒数だけ待ってください。',
    en: 'Too many requests. Wait for the seconds in Retry-After.',
  },
  headers_too_large: {
    status: 431,
    ja: 'ヘッダーが大きすぎます。',
    en: 'The headers are too large.',
  },
  internal_error: {
    status: 500,
    ja: 'サーバーで問題が起きました。request_id を添えて管理者に連絡してください。',
    en: 'Something went wrong here. Tell an administrator the request_id.',
  },
  unavailable: {
    status: 503,
    ja: '一時的に利用できません。しばらくしてからやり直してください。',
    en: 'The service is not available for the moment. Try again later.',
  },
  starting: {
    status: 503,
    ja: '起動中です。しばらくしてからやり直してください。',
    en: 'The service is starting. Try again in a moment.',
  },
  too_busy: {
    status: 503,
    ja: '混み合っています。しばらくしてからやり直してください。',
    en: 'The service is too busy for this at the moment. Try again in a moment.',
  },
  storage_full: {
    status: 507,
    ja: '保存先の空きがないため、書き込めません。読み取りは引き続き使えます。管理者に連絡し、空きができてからやり直してください。',
    en: 'There is no room left to store this. What is stored can still be read. Tell an administrator, and try again when there is room.',
  },
} as const

/** What can be wrong with one field. The first rules are JSON Schema's keywords. */
export const commonRules = {
  additionalProperties: { ja: 'この項目は指定できません。', en: 'is not a known field' },
  enum: {
    ja: '次のいずれかにしてください: {allowedValues}',
    en: 'must be one of {allowedValues}',
  },
  query_time: {
    ja: '日時の形式が正しくありません。2026-01-02T03:04:05Z のように指定してください。+09:00 を付けるときは、URL では + を %2B と書いてください。',
    en: 'must be a valid date-time such as 2026-01-02T03:04:05Z; in a URL, write the + of +09:00 as %2B',
  },
  exclusiveMaximum: { ja: '{limit} より小さくしてください。', en: 'must be less than {limit}' },
  exclusiveMinimum: { ja: '{limit} より大きくしてください。', en: 'must be more than {limit}' },
  format: { ja: '形式が正しくありません ({format})。', en: 'must be a valid {format}' },
  maximum: { ja: '{limit} 以下にしてください。', en: 'must be at most {limit}' },
  maxItems: { ja: '{limit} 件以下にしてください。', en: 'must have at most {limit} entries' },
  maxLength: { ja: '{limit} 文字以下にしてください。', en: 'must have at most {limit} characters' },
  maxProperties: {
    ja: '{limit} 項目以下にしてください。',
    en: 'must have at most {limit} fields',
  },
  minimum: { ja: '{limit} 以上にしてください。', en: 'must be at least {limit}' },
  minItems: { ja: '{limit} 件以上にしてください。', en: 'must have at least {limit} entries' },
  minLength: {
    ja: '{limit} 文字以上にしてください。',
    en: 'must have at least {limit} characters',
  },
  minProperties: {
    ja: '{limit} 項目以上を指定してください。',
    en: 'must have at least {limit} fields',
  },
  line: {
    ja: '空白以外の文字を含む 1 行にしてください。改行、制御文字、幅のない文字、書字方向を変える文字は使えません。',
    en: 'must be one line with something to be seen, without control characters, characters of no width, and marks of direction',
  },
  pattern: { ja: '形式が正しくありません。', en: 'is not of the right form' },
  required: { ja: '必須です。', en: 'is required' },
  type: { ja: '型が正しくありません ({type})。', en: 'must be of type {type}' },
  uniqueItems: { ja: '同じ値を二度指定できません。', en: 'must not have the same entry twice' },
  time_range: {
    ja: '西暦 1 年から 9999 年までの日時にしてください。',
    en: 'must be of the years 1 to 9999',
  },
  cursor: { ja: 'next_cursor の値をそのまま指定してください。', en: 'must be a next_cursor' },
  taken: { ja: 'すでに使われています。', en: 'is taken' },
  other: { ja: '値が正しくありません。', en: 'is not valid' },
} as const
