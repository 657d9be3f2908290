export const webhookMessages = {
  webhook_not_found: {
    status: 404,
    ja: 'Webhook {id} は見つかりません。一覧 (/api/v1/itsm/webhooks) を確認してください。',
    en: 'There is no webhook {id}. See the list at /api/v1/itsm/webhooks.',
  },
  delivery_not_found: {
    status: 404,
    ja: '配信 {id} は見つかりません。古い配信は 30 日で消えます。Webhook の配信一覧を確認してください。',
    en: 'There is no delivery {id}. They are kept for 30 days; see the deliveries of the webhook.',
  },
  too_many_webhooks: {
    status: 409,
    ja: 'Webhook は {limit} 個までです。使わないものを削除してください。',
    en: 'There are no more than {limit} webhooks. Delete one that nobody needs.',
  },
  delivery_pending: {
    status: 409,
    ja: 'この配信はまだ試行中です。終わってから再送してください。',
    en: 'This is still being delivered. Send it again when that has ended.',
  },
  webhook_inactive: {
    status: 409,
    ja: 'この Webhook は停止しています。active を true にしてから送ってください。',
    en: 'This webhook is not active. Set active to true first.',
  },
} as const

export const webhookRules = {
  url_form: {
    ja: 'https:// で始まる URL を指定してください。',
    en: 'must be a URL that begins with https://',
  },
  url_scheme: {
    ja: 'https の URL にしてください (http は WEBHOOK_ALLOWED_HOSTS にある宛先だけ)。',
    en: 'must be an https URL; http only for what WEBHOOK_ALLOWED_HOSTS lists',
  },
  url_user: {
    ja: 'URL にユーザー名やパスワードを含めないでください。',
    en: 'must not have a user name or password in it',
  },
  url_port: {
    ja: 'このポートには送れません。HTTPS のポートにしてください。',
    en: 'must have a port that HTTPS is spoken at',
  },
  url_inner: {
    ja: '内部ネットワークの宛先です。公開された宛先にするか、管理者が WEBHOOK_ALLOWED_HOSTS に加えてください。',
    en: 'must not lead into an inner network, unless WEBHOOK_ALLOWED_HOSTS lists it',
  },
} as const
