import { asForm, createKaname, isProblem, type Kaname, ok, once, type Schemas } from './client'

/** A call or more of every area, as a program would make them; run by a test against the service. */
export async function tour(baseUrl: string) {
  const kaname = createKaname({ baseUrl })
  const username = `tour-${crypto.randomUUID().slice(0, 8)}`
  const password = 'Sakura-2026-kaika'
  const email = `${username}@example.jp`
  await ok(kaname.POST('/api/v1/auth/register', { body: { username, email, password } }))
  const user = await kaname.signIn(username, password)
  return {
    user: user.username,
    refreshes: await expiredTokens(baseUrl, username, password),
    ...(await items(kaname)),
    ...(await files(kaname)),
    ...(await statistics(kaname)),
    ...(await submissions(baseUrl)),
    ...(await serviceDesk(baseUrl)),
    ...(await projects(kaname)),
    ...(await system(baseUrl)),
    signedOut: await kaname.signOut().then(() => 'yes'),
  }
}

/** What a program that has been away for an hour meets: both requests, and one refresh. */
async function expiredTokens(baseUrl: string, username: string, password: string) {
  const body = { username, password }
  const { refresh_token } = await ok(createKaname({ baseUrl }).POST('/api/v1/auth/login', { body }))
  let refreshes = 0
  const kaname = createKaname({
    baseUrl,
    tokens: { access_token: 'expired', refresh_token },
    onTokens: () => {
      refreshes += 1
    },
  })
  await Promise.all([
    ok(kaname.GET('/api/v1/auth/me')),
    ok(kaname.GET('/api/v1/items')),
    ok(kaname.POST('/api/v1/items', { body: { title: '更新の後' } })),
  ])
  return refreshes
}

async function items(kaname: Kaname) {
  const header = once()
  const body: Schemas['NewItem'] = { title: '議事録', status: 'draft', tags: ['会議'] }
  const item = await ok(kaname.POST('/api/v1/items', { params: { header }, body }))
  const again = await ok(kaname.POST('/api/v1/items', { params: { header }, body }))
  for (const title of ['二', '三']) await ok(kaname.POST('/api/v1/items', { body: { title } }))

  const titles: string[] = []
  let cursor: string | null = null
  do {
    const query = { owner_id: item.owner_id, limit: 2, ...(cursor !== null && { cursor }) }
    const page: Schemas['ItemEnvelope'] = await ok(
      kaname.GET('/api/v1/items', { params: { query } }),
    )
    titles.push(...page.data.map(({ title }) => title))
    cursor = page.next_cursor
  } while (cursor !== null)

  const path = { id: item.id }
  const change = (etag: string) =>
    kaname.PATCH('/api/v1/items/{id}', {
      params: { path, header: { 'if-match': etag } },
      body: { status: 'published' },
    })
  const published = await ok(change('"1"'))
  const stale = await ok(change('"1"')).catch((error: unknown) => error)
  const wrong = await ok(kaname.POST('/api/v1/items', { body: { title: '' } })).catch(
    (error: unknown) => error,
  )
  return {
    isSame: again.id === item.id,
    titles: titles.length,
    status: published.status satisfies 'draft' | 'published' | 'archived',
    stale: isProblem(stale) && stale.code,
    wrong: isProblem(wrong) && wrong.fields.title,
  }
}

async function files(kaname: Kaname) {
  const file = new File(['%PDF-1.7\ntrailer\n<<>>\n%%EOF\n'], '契約書.pdf', {
    type: 'application/pdf',
  })
  const sent = await ok(
    kaname.POST('/api/v1/upload/files', { body: { file }, bodySerializer: asForm }),
  )
  const { data, response } = await kaname.GET('/api/v1/upload/files/{stored_name}', {
    params: { path: { stored_name: sent.stored_name } },
    parseAs: 'blob',
  })
  return { filename: sent.filename, bytes: data?.size, type: response.headers.get('Content-Type') }
}

async function statistics(kaname: Kaname) {
  const query = { area: ['13000', '27000'], from: 2020, to: 2020 }
  const { rows, meta } = await ok(kaname.GET('/api/v1/population', { params: { query } }))
  const people: (number | null)[] = rows.map(({ value }) => value)
  return { people: people.length, unit: meta.unit }
}

async function submissions(baseUrl: string) {
  const staff = createKaname({ baseUrl, token: 'mock-access-token-dev-12345' })
  const { session_id } = await ok(
    staff.POST('/api/v1/sessions', {
      body: {
        submitter_name: '山田 花子',
        submitter_email: 'hanako@example.jp',
        submission_type: 'individual',
      },
    }),
  )
  const files = [new File(['%PDF-1.7\ntrailer\n<<>>\n%%EOF\n'], '契約書.pdf')]
  const { uploaded_files } = await ok(
    createKaname({ baseUrl }).POST('/api/v1/sessions/{id}/upload', {
      params: { path: { id: session_id } },
      body: { files, document_type: 'signed_contract' },
      bodySerializer: asForm,
    }),
  )
  return { submitted: uploaded_files.length }
}

async function serviceDesk(baseUrl: string) {
  const agent = createKaname({
    baseUrl,
    token: () => 'mock-access-token-dev-agent',
    language: 'en',
  })
  const incident = await ok(
    agent.POST('/api/v1/incidents', {
      body: { title: 'メールが送信できない', impact: 'high', urgency: 'high' },
    }),
  )
  const path = { id: incident.id }
  const { resolution } = await ok(agent.GET('/api/v1/incidents/{id}/sla', { params: { path } }))
  const early = await ok(
    agent.POST('/api/v1/incidents/{id}/close', { params: { path }, body: {} }),
  ).catch((error: unknown) => error)
  const found = await ok(
    agent.GET('/api/v1/known-errors/search', { params: { query: { q: 'メール' } } }),
  )
  const changes = await ok(agent.GET('/api/v1/changes', { params: { query: { limit: 1 } } }))
  return {
    priority: incident.priority satisfies Schemas['Incident']['priority'],
    target: resolution?.target_s,
    early: isProblem(early) && [early.status, /^[A-Z]/.test(early.message)],
    found: found.results.length,
    changes: changes.total,
  }
}

async function projects(kaname: Kaname) {
  const project = await ok(
    kaname.POST('/api/v1/projects', {
      body: { name: '新規プロジェクト', code: `T_${Date.now()}` },
    }),
  )
  const file = new File(['年度,売上\n2023,100\n2024,120\n'], 'sales.csv', { type: 'text/csv' })
  const stored = await ok(
    kaname.POST('/api/v1/projects/{project_id}/files', {
      params: { path: { project_id: project.id } },
      body: { file },
      bodySerializer: asForm,
    }),
  )
  const tree = await ok(
    kaname.POST('/api/v1/driver-tree/tree', {
      params: { query: { project_id: project.id } },
      body: { name: '利益のツリー' },
    }),
  )
  const imported = await ok(
    kaname.POST('/api/v1/driver-tree/tree/{tree_id}', {
      params: { path: { tree_id: tree.tree_id } },
      body: { formulas: ['利益 = 売上 - コスト'] },
    }),
  )
  const [template] = await ok(kaname.GET('/api/v1/analysis/template'))
  const { validation_id, issue_id } = template as Schemas['AnalysisTemplate']
  const session = await ok(
    kaname.POST('/api/v1/analysis/session', {
      body: { project_id: project.id, validation_id, issue_id },
    }),
  )
  const registered = await ok(
    kaname.POST('/api/v1/analysis/session/{session_id}/file', {
      params: { path: { session_id: session.session_id } },
      body: { project_file_id: stored.id },
    }),
  )
  return { nodes: imported.nodes.length, sheet: registered.sheet_name }
}

async function system(baseUrl: string) {
  const auditor = createKaname({ baseUrl, token: 'mock-access-token-dev-auditor' })
  const { status } = await ok(auditor.GET('/health'))
  const { events } = await ok(
    auditor.GET('/api/v1/admin/audit', { params: { query: { limit: 1 } } }),
  )
  const { ticket } = await ok(auditor.POST('/api/v1/ws/ticket'))
  return { status_of_service: status, audited: events.length, ticket: ticket.length > 20 }
}
