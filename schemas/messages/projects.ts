export const projectMessages = {
  project_not_found: {
    status: 404,
    ja: 'プロジェクト {id} は見つかりません。一覧 (/api/v1/projects) を確認してください。',
    en: 'There is no project {id}. See the list at /api/v1/projects.',
  },
  project_role_required: {
    status: 403,
    ja: 'プロジェクトでの役割が {roles} のいずれかである必要があります。プロジェクトマネージャーに依頼してください。',
    en: 'This takes one of these roles in the project: {roles}. Ask a manager of the project.',
  },
  project_archived: {
    status: 409,
    ja: 'プロジェクトはアーカイブされていて、読み取りしかできません。is_active を true に戻してください。',
    en: 'The project is archived and can only be read. Set is_active to true first.',
  },
  last_project_manager: {
    status: 409,
    ja: '有効なプロジェクトマネージャーが一人もいなくなります。先に別の人をプロジェクトマネージャーにしてください。',
    en: 'The project would be left without an active manager. Make somebody else its manager first.',
  },
  project_code_taken: {
    status: 409,
    ja: 'コード {code} は別のプロジェクトが使っています。別のコードにしてください。',
    en: 'Another project has the code {code}. Choose another one.',
  },
  member_not_found: {
    status: 404,
    ja: 'プロジェクトにこのメンバーはいません。メンバーの一覧 (/api/v1/projects/{id}/members) を確認してください。',
    en: 'The project has no such member. See the list at /api/v1/projects/{id}/members.',
  },
  already_member: {
    status: 409,
    ja: 'すでにプロジェクトのメンバーです (役割: {role})。役割を変えるには PATCH /api/v1/projects/{project_id}/members/{member_id} を使ってください。',
    en: 'They are in the project already, as {role}. To change the role, use PATCH /api/v1/projects/{project_id}/members/{member_id}.',
  },
  own_role: {
    status: 403,
    ja: '自分の役割は変更できません。別のプロジェクトマネージャーに依頼してください。',
    en: 'Nobody changes their own role. Ask another manager of the project.',
  },
  own_membership: {
    status: 409,
    ja: '自分のことはこの方法では外せません。退出するには DELETE /api/v1/projects/{id}/members/me を使ってください。',
    en: 'This is your own membership. To leave, use DELETE /api/v1/projects/{id}/members/me.',
  },
} as const

export const projectRules = {
  inactive_manager: {
    ja: '無効になっているユーザーはプロジェクトマネージャーにできません。',
    en: 'must be a lesser role: a user who is deactivated does not become a manager',
  },
} as const

/** Why somebody is not added together with others. */
export const memberRefusals = {
  unknown_user: {
    ja: 'このユーザーはいないか、無効になっています。',
    en: 'There is no such user, or they are deactivated.',
  },
  already_member: {
    ja: 'すでにプロジェクトのメンバーです (役割: {role})。',
    en: 'They are in the project already, as {role}.',
  },
  repeated_member: {
    ja: '同じユーザーがこのリクエストの前の方にもあります。最初のものだけを処理しました。',
    en: 'This user is in the request more than once. Only the first entry was looked at.',
  },
} as const
export type MemberRefusal = keyof typeof memberRefusals
