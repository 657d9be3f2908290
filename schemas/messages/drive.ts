export const driveMessages = {
  drive_credentials_not_json_file: {
    status: 400,
    ja: 'JSONファイルを選択してください。Google Cloud のサービスアカウントの画面で「キー」→「JSON」を作成するとダウンロードされます。',
    en: 'Choose a .json file: the one that Google Cloud gives when you create a key of type JSON for a service account.',
  },
  drive_credentials_malformed: {
    status: 400,
    ja: '無効なJSONファイルです。Google Cloud からダウンロードしたファイルをそのまま送ってください。',
    en: 'This is not valid JSON. Send the file as Google Cloud gave it.',
  },
  drive_credentials_not_found: {
    status: 404,
    ja: '認証ファイルが設定されていません。',
    en: 'There are no credentials to remove.',
  },
  drive_disabled: {
    status: 409,
    ja: 'Google Drive への保存が有効になっていません。管理者が設定で有効にしてください。',
    en: 'Files are not copied to Google Drive. Have an administrator switch it on in the settings.',
  },
} as const

export const driveRules = {
  drive_folder: {
    ja: 'Google Drive のフォルダー ID か、フォルダーを開いたときの URL を指定してください。',
    en: 'must be the id of a Google Drive folder, or the URL it has in the browser',
  },
  drive_folder_name: {
    ja: '使える置き換えは {allowed} だけです。それ以外の { } と制御文字を除いてください。',
    en: 'may have {allowed}, but no other braces and no control characters',
  },
  service_account: {
    ja: 'サービスアカウントのキー ("type": "service_account") ではありません。Google Cloud でサービスアカウントの JSON キーを作成してください。',
    en: 'must be service_account: create a JSON key of a service account in Google Cloud',
  },
  client_email: {
    ja: 'サービスアカウントのメールアドレスにしてください。',
    en: 'must be the mail address of the service account',
  },
  rsa_key: {
    ja: '2048 ビット以上の RSA 秘密鍵 (PEM) にしてください。キーを作り直してください。',
    en: 'must be an RSA private key (PEM) of at least 2048 bits; create the key anew',
  },
} as const

/** What can go wrong between us and Google Drive, and what to do about it. */
export const driveFaults = {
  credentials_missing: {
    ja: [
      '認証ファイルが設定されていません',
      'サービスアカウントの JSON キーをアップロードしてください。',
    ],
    en: ['There are no credentials.', 'Upload the JSON key of a service account.'],
  },
  credentials_undecryptable: {
    ja: [
      '保存されている認証ファイルを復号できません',
      'SECRETS_KEY が変わっています。以前の値を SECRETS_KEYS_OLD に入れるか、認証ファイルをもう一度アップロードしてください。',
    ],
    en: [
      'The stored credentials cannot be decrypted.',
      'SECRETS_KEY has changed. Put its earlier value into SECRETS_KEYS_OLD, or upload the credentials again.',
    ],
  },
  key_refused: {
    ja: [
      'Google がこのキーの署名を受け付けません',
      'キーが削除または無効化されています。Google Cloud で新しい JSON キーを作成し、アップロードしてください。',
    ],
    en: [
      'Google does not accept the signature of this key.',
      'The key was deleted or disabled. Create a new JSON key in Google Cloud and upload it.',
    ],
  },
  clock_wrong: {
    ja: [
      'サーバーの時計がずれています',
      'サーバーの時刻を NTP で合わせてください。数分のずれで Google に拒否されます。',
    ],
    en: [
      'The clock of this server is wrong.',
      'Set it by NTP: Google refuses when it is off by some minutes.',
    ],
  },
  account_unknown: {
    ja: [
      'このサービスアカウントは Google にありません',
      'サービスアカウントが削除または無効化されていないか確認し、別のキーをアップロードしてください。',
    ],
    en: [
      'Google does not know this service account.',
      'See whether it was deleted or disabled, and upload the key of another one.',
    ],
  },
  token_refused: {
    ja: [
      'Google がアクセストークンを発行しません',
      'サービスアカウントの状態と権限を Google Cloud で確認してください。',
    ],
    en: [
      'Google does not give an access token.',
      'Look at the state and rights of the service account in Google Cloud.',
    ],
  },
  api_disabled: {
    ja: [
      'Google Drive API が有効になっていません',
      'Google Cloud のプロジェクトで Google Drive API を有効にし、数分後にやり直してください。',
    ],
    en: [
      'The Google Drive API is not enabled.',
      'Enable the Google Drive API in the project in Google Cloud, and try again after some minutes.',
    ],
  },
  parent_not_set: {
    ja: [
      '親フォルダーが設定されていません',
      '共有ドライブのフォルダーの ID を設定に保存してください。',
    ],
    en: ['No parent folder is set.', 'Save the id of a folder in a shared drive in the settings.'],
  },
  parent_not_found: {
    ja: [
      '親フォルダーが見つかりません',
      'フォルダー ID を確認し、共有ドライブに {client_email} を「コンテンツ管理者」として追加してください。',
    ],
    en: [
      'The parent folder cannot be found.',
      'Check its id, and add {client_email} to the shared drive as a content manager.',
    ],
  },
  parent_not_folder: {
    ja: [
      '指定された ID はフォルダーではありません',
      'フォルダーを開いたときの URL にある ID を指定してください。',
    ],
    en: ['This id is not that of a folder.', 'Take the id from the URL of an open folder.'],
  },
  parent_trashed: {
    ja: ['親フォルダーはゴミ箱にあります', 'ゴミ箱から戻すか、別のフォルダーを指定してください。'],
    en: ['The parent folder is in the trash.', 'Restore it, or choose another one.'],
  },
  parent_read_only: {
    ja: [
      '親フォルダーにファイルを追加する権限がありません',
      '{client_email} を共有ドライブの「コンテンツ管理者」にしてください。',
    ],
    en: [
      'Files cannot be added to the parent folder.',
      'Make {client_email} a content manager of the shared drive.',
    ],
  },
  storage_quota: {
    ja: [
      'マイドライブのフォルダーには保存できません。サービスアカウントには保存容量がありません',
      '共有ドライブにフォルダーを作り、{client_email} を「コンテンツ管理者」として追加してください。',
    ],
    en: [
      'Nothing can be stored in a folder of My Drive: a service account has no storage of its own.',
      'Make a folder in a shared drive, and add {client_email} there as a content manager.',
    ],
  },
  permission_denied: {
    ja: [
      'Google Drive がこの操作を許可しません',
      '{client_email} を共有ドライブの「コンテンツ管理者」にし、組織の共有ポリシーを確認してください。',
    ],
    en: [
      'Google Drive does not allow this.',
      'Make {client_email} a content manager of the shared drive, and look at the sharing policy of the organisation.',
    ],
  },
  sharing_refused: {
    ja: [
      'フォルダーを提出者と共有できません',
      '提出者のメールアドレスが Google アカウントか、組織外との共有が許可されているか確認してください。',
    ],
    en: [
      'The folder cannot be shared with the submitter.',
      'See whether their address is a Google account, and whether sharing outside the organisation is allowed.',
    ],
  },
  not_found: {
    ja: ['Google Drive に見つかりません', 'フォルダーが削除されていないか確認してください。'],
    en: ['This is not on Google Drive any more.', 'See whether the folder was deleted.'],
  },
  drive_full: {
    ja: [
      '共有ドライブのファイル数が上限に達しています',
      '古いファイルを移動または削除してください。',
    ],
    en: ['The shared drive has reached its limit.', 'Move or delete old files.'],
  },
  refused: {
    ja: ['Google Drive が要求を受け付けません', '管理者に連絡してください。'],
    en: ['Google Drive refuses the request.', 'Tell an administrator.'],
  },
  unauthorised: {
    ja: ['アクセストークンが拒否されました', 'しばらくしてからやり直してください。'],
    en: ['The access token was refused.', 'Try again in a while.'],
  },
  rate_limited: {
    ja: ['Google Drive の呼び出しが多すぎます', 'しばらくしてから自動的にやり直します。'],
    en: ['Google Drive is called too often.', 'It is tried again in a while by itself.'],
  },
  unavailable: {
    ja: ['Google Drive が一時的に利用できません', 'しばらくしてからやり直してください。'],
    en: ['Google Drive is not available for the moment.', 'Try again in a while.'],
  },
  network: {
    ja: [
      'Google に接続できません',
      'サーバーから oauth2.googleapis.com と www.googleapis.com への HTTPS 接続を許可してください。',
    ],
    en: [
      'Google cannot be reached.',
      'Allow this server to open HTTPS connections to oauth2.googleapis.com and www.googleapis.com.',
    ],
  },
  timeout: {
    ja: ['Google から時間内に応答がありません', 'しばらくしてからやり直してください。'],
    en: ['Google did not answer in time.', 'Try again in a while.'],
  },
  bad_answer: {
    ja: ['Google 以外からの応答のようです', 'サーバーと Google の間のプロキシを確認してください。'],
    en: ['The answer does not look like one of Google.', 'Look at the proxies on the way there.'],
  },
  file_lost: {
    ja: [
      '保存されているファイルが失われたか壊れています',
      '提出者にもう一度アップロードを依頼してください。',
    ],
    en: ['The stored file is lost or damaged.', 'Ask the submitter to upload it again.'],
  },
  checksum_mismatch: {
    ja: [
      'Google Drive に届いたファイルが元のファイルと一致しません',
      '再送してください。続く場合は管理者に連絡してください。',
    ],
    en: [
      'What arrived at Google Drive is not what was sent.',
      'Deliver it again. If this stays, tell an administrator.',
    ],
  },
} as const

export const driveNotices = {
  connected: { ja: '接続テストが成功しました', en: 'The connection works.' },
  redelivery: {
    ja: 'Google Drive への再送を始めました',
    en: 'Files are on their way to Google Drive.',
  },
  credentials_stored: {
    ja: '認証ファイルがアップロードされました',
    en: 'The credentials have been stored.',
  },
} as const
