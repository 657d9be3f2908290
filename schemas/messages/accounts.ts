export const accountMessages = {
  credentials_wrong: {
    status: 401,
    ja: 'ユーザー名またはパスワードが違います。',
    en: 'The user name or the password is wrong.',
  },
  api_token_expired: {
    status: 401,
    ja: 'この API トークンの期限が切れています。新しいものを作ってください。',
    en: 'This API token has expired. Create a new one.',
  },
  refresh_invalid: {
    status: 401,
    ja: 'このリフレッシュトークンは使えません。もう一度サインインしてください。',
    en: 'This refresh token is not valid. Sign in again.',
  },
  refresh_expired: {
    status: 401,
    ja: 'リフレッシュトークンの期限が切れています。もう一度サインインしてください。',
    en: 'The refresh token has expired. Sign in again.',
  },
  refresh_reused: {
    status: 401,
    ja: '使用済みのリフレッシュトークンです。安全のためこのセッションを終了しました。もう一度サインインしてください。',
    en: 'This refresh token was used before. To be safe the session was ended. Sign in again.',
  },
  account_inactive: {
    status: 403,
    ja: 'このアカウントは無効です。管理者に連絡してください。',
    en: 'This account is deactivated. Ask an administrator.',
  },
  local_login_closed: {
    status: 403,
    ja: 'ここではパスワードでのサインインはできません。Azure AD でサインインしてください。',
    en: 'Nobody signs in with a password here. Sign in with Azure AD.',
  },
  registration_closed: {
    status: 403,
    ja: 'ここでは自分で登録できません。管理者にアカウントの作成を依頼してください。',
    en: 'Nobody can register here. Ask an administrator for an account.',
  },
  account_link_refused: {
    status: 403,
    ja: 'このメールアドレスのアカウントがすでにあり、Azure AD がアドレスを確認済みと示していないため結び付けられません。管理者に連絡してください。',
    en: 'There is an account with this email, and Azure AD does not say that the address is verified, so they are not linked. Ask an administrator.',
  },
  user_not_found: {
    status: 404,
    ja: 'ユーザー {id} は見つかりません。',
    en: 'There is no user {id}.',
  },
  session_not_found: {
    status: 404,
    ja: 'セッション {id} は見つかりません。',
    en: 'There is no session {id}.',
  },
  api_token_not_found: {
    status: 404,
    ja: 'API トークン {id} は見つかりません。',
    en: 'There is no API token {id}.',
  },
  settings_version_not_found: {
    status: 404,
    ja: '設定の版 {version} は残っていません。history で確認してください。',
    en: 'Version {version} of the settings is not kept. See the history.',
  },
  last_admin: {
    status: 409,
    ja: '最後の有効な SystemAdmin です。先に別のユーザーを SystemAdmin にしてください。',
    en: 'This is the last active SystemAdmin. Make somebody else SystemAdmin first.',
  },
  account_taken: {
    status: 409,
    ja: '{field} はすでに使われています。別の値にしてください。',
    en: 'The {field} is taken. Choose another one.',
  },
  too_many_tokens: {
    status: 409,
    ja: 'API トークンは {limit} 個までです。使わないものを削除してください。',
    en: 'Nobody has more than {limit} API tokens. Delete one that you do not use.',
  },
  reset_invalid: {
    status: 422,
    ja: 'このリンクは使用済みか期限切れです。もう一度パスワードの再設定を申し込んでください。',
    en: 'This link was used or has expired. Ask for a new one.',
  },
  sign_in_throttled: {
    status: 429,
    ja: 'サインインの失敗が続いています。{seconds} 秒待ってからやり直してください。',
    en: 'Too many sign-ins have failed. Wait {seconds} seconds.',
  },
  identity_provider_unavailable: {
    status: 503,
    ja: 'Azure AD の署名鍵を取得できません。しばらくしてからやり直してください。',
    en: 'The signing keys of Azure AD cannot be had. Try again later.',
  },
} as const

export const accountRules = {
  password_upper: { ja: '大文字を 1 文字以上入れてください。', en: 'needs an upper-case letter' },
  password_lower: { ja: '小文字を 1 文字以上入れてください。', en: 'needs a lower-case letter' },
  password_digit: { ja: '数字を 1 文字以上入れてください。', en: 'needs a digit' },
  password_common: {
    ja: 'よく使われるパスワードです。別のものにしてください。',
    en: 'is one of the most common passwords',
  },
  password_wrong: { ja: '現在のパスワードが違います。', en: 'is not the current password' },
  settings_size: {
    ja: '設定は JSON で {limit} バイトまでです。',
    en: 'must have at most {limit} bytes as JSON',
  },
  scope_unknown: {
    ja: 'あなたの権限にないか、API トークンに与えられない権限です: {scope}',
    en: 'is not a permission of yours that a token may have: {scope}',
  },
  in_past: { ja: '未来の日時にしてください。', en: 'must be in the future' },
  too_far: { ja: '{days} 日以内にしてください。', en: 'must be within {days} days' },
} as const
