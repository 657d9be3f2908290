export const sessionMessages = {
  illegal_transition: {
    status: 409,
    ja: '状態を {from} から {to} へは変更できません。変更できる状態: {legal}',
    en: 'The status cannot go from {from} to {to}. It can go to: {legal}.',
  },
} as const

export const sessionRules = {
  past_day: { ja: '今日以降の日付にしてください。', en: 'must be today or later, in Japan' },
} as const
