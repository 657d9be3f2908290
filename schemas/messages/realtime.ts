/** What can go wrong on the way into a room, and in it; `code` is also the reason of a close. */
export const realtimeMessages = {
  upgrade_required: {
    status: 426,
    ja: 'ここは WebSocket で接続してください (Upgrade: websocket)。説明は /docs にあります。',
    en: 'Connect to this with a WebSocket (Upgrade: websocket). See /docs.',
  },
  page_refused: {
    status: 403,
    ja: 'このページ (Origin) からは接続できません。管理者に CORS_ORIGINS への追加を依頼してください。',
    en: 'This page (Origin) may not connect. Ask an administrator to add it to CORS_ORIGINS.',
  },
  ticket_invalid: {
    status: 401,
    ja: 'このチケットは使えません。/api/v1/ws/ticket で新しいものを取得してください (30 秒以内、一回限り)。',
    en: 'This ticket is not valid. Get a new one at /api/v1/ws/ticket; it is good for one use within 30 s.',
  },
  token_of_another: {
    status: 401,
    ja: 'これは別のユーザーのトークンです。接続し直してください。',
    en: 'This token speaks for somebody else. Connect again with it.',
  },
  room_not_found: {
    status: 404,
    ja: 'ルーム {room} はありません。名前は文字、数字、「. _ -」で 64 文字まで、または item:<id> のような形です。',
    en: 'There is no room {room}. A name has up to 64 letters, digits and . _ -, or is like item:<id>.',
  },
  room_forbidden: {
    status: 403,
    ja: 'ルーム {room} の対象を閲覧する権限がありません。',
    en: 'You may not read what the room {room} is about.',
  },
  too_many_connections: {
    status: 429,
    ja: '接続が多すぎます。使っていないタブを閉じてから接続し直してください (一人 {limit} 件まで)。',
    en: 'There are too many connections. Close some and connect again; one may have {limit}.',
  },
  too_many_rooms: {
    status: 429,
    ja: 'ルームが多すぎます。しばらくしてから接続し直してください。',
    en: 'There are too many rooms. Connect again in a while.',
  },
  too_many_messages: {
    status: 429,
    ja: 'メッセージが多すぎます。一秒に {limit} 件までにしてください。',
    en: 'Too many messages. Send at most {limit} a second.',
  },
  message_type_unknown: {
    status: 422,
    ja: '種類 {type} のメッセージはありません。{known} のいずれかにしてください。',
    en: 'Unknown message type: {type}. Send one of {known}.',
  },
  message_not_text: {
    status: 422,
    ja: 'バイナリーのメッセージは受け付けていません。JSON をテキストで送ってください。',
    en: 'Binary messages are not accepted. Send JSON as text.',
  },
  message_too_long: {
    status: 422,
    ja: '本文が長すぎます。UTF-8 で {limit} バイト以下にしてください。',
    en: 'The content is too long. Send at most {limit} bytes of UTF-8.',
  },
} as const

export const realtimeRules = {
  message_or_time: {
    ja: 'メッセージの id か日時 (ISO 8601) を指定してください。',
    en: 'must be the id of a message, or a time (ISO 8601)',
  },
} as const
