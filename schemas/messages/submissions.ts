export const submissionMessages = {
  session_staff_required: {
    status: 403,
    ja: 'このセッションを作成した担当者か管理者だけが変更できます。担当者に依頼してください。',
    en: 'Only whoever opened this session, or an administrator, may do this. Ask them.',
  },
  session_link_not_found: {
    status: 404,
    ja: 'このリンクは使えません。URL を確認するか、送付元に新しいリンクを依頼してください。',
    en: 'This link does not open anything. Check the URL, or ask its sender for a new one.',
  },
} as const
