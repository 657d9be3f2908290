/** What the commands `backup` and `restore` refuse with; no request is answered so. */
export const backupMessages = {
  exists: {
    ja: '{file} はすでにあります。別の名前にするか、--force で置き換えてください。',
    en: '{file} is there already. Choose another name, or replace it with --force.',
  },
  overtaken: {
    ja: '別のバックアップが {file} への書き込みを始めたため、このバックアップは保存されませんでした。一度に一つだけ実行してください。',
    en: 'Another backup has begun to write {file} meanwhile, so this one was not kept. Run one at a time.',
  },
  nothing_to_back_up: {
    ja: '{place} にはバックアップするデータがありません。DATABASE_URL と DATA_DIR を確認してください。',
    en: 'There is nothing to back up in {place}. Check DATABASE_URL and DATA_DIR.',
  },
  not_an_archive: {
    ja: '{file} はバックアップではないか、途中で切れているか、壊れています ({reason})。別のバックアップを使ってください。',
    en: '{file} is no backup, is cut off, or is damaged ({reason}). Use another one.',
  },
  too_new: {
    ja: 'このバックアップはより新しい版 ({version}) で作られています。その版以降で復元してください。',
    en: 'This backup was made by a newer version ({version}). Restore it with that one or a later one.',
  },
  other_key: {
    ja: 'このバックアップは別の SECRETS_KEY で作られています。作成時の値を SECRETS_KEY か SECRETS_KEYS_OLD に指定してください。鍵を失ったときだけ --without-key で復元できます (暗号化された値は読めなくなり、監査ログは検証できません)。',
    en: 'This backup was made with another SECRETS_KEY. Put its value into SECRETS_KEY or SECRETS_KEYS_OLD. Only if it is lost, restore with --without-key: what is encrypted stays closed, and the audit log cannot be verified.',
  },
  forged: {
    ja: 'このバックアップは作成後に書き換えられています。別のバックアップを使ってください。',
    en: 'Somebody has changed this backup since it was made. Use another one.',
  },
  not_empty: {
    ja: '{place} にはデータがあります (利用者 {users}、ファイル {files})。すべて消して復元するには --force を付けてください。先に backup で今の状態を残せます。',
    en: '{place} is not empty (users: {users}, files: {files}). To delete all of that and restore, add --force; `backup` keeps it first.',
  },
  foreign_tables: {
    ja: '{place} には別のシステムの表があります。空のデータベースを指定してください。',
    en: '{place} has tables of something else. Name an empty database.',
  },
  no_room: {
    ja: '{file} を書く空きがありません。バックアップは作られていません。空きを作るか、別の場所を --out に指定してください。',
    en: 'There is no room left to write {file}. No backup was made. Make room, or name another place with --out.',
  },
  no_room_here: {
    ja: '復元先に空きがありません。データベースは元のままです。データベースと保存先に空きを作り、やり直してください。',
    en: 'There is no room left in the place to restore into. Its database is as it was. Make room for rows and files, and try again.',
  },
  not_readable: {
    ja: '{file} を読めません ({reason})。--from と、ファイルの権限を確認してください。',
    en: '{file} cannot be read ({reason}). Check --from, and who may read the file.',
  },
  not_writable: {
    ja: '{file} を書けません ({reason})。--out のフォルダーと、その権限を確認してください。',
    en: '{file} cannot be written ({reason}). Check the folder of --out, and who may write into it.',
  },
  reader_left: {
    ja: '標準出力の受け手が途中で終了しました。そこに残ったものはバックアップではありません。',
    en: 'Whoever read stdout has ended before the backup. What it left is no backup.',
  },
  stopped: {
    ja: '停止の指示を受けました。バックアップは作られていません。',
    en: 'Stopped, as it was told to. No backup was made.',
  },
  in_use: {
    ja: '{count} 個の接続がこのデータベースを使用中です。すべてのインスタンスを停止してから復元してください。',
    en: '{count} connections of this service use the database. Stop every instance first.',
  },
  read_by_others: {
    ja: '別のプロセスが {place} を読んでいます。終わるのを待ってください。',
    en: 'Another process reads {place}. Wait until it has ended.',
  },
} as const
