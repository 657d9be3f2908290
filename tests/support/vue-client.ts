import axios, { type AxiosError, type AxiosProgressEvent, type AxiosRequestConfig } from 'axios'
import { WebSocket } from 'ws'

/** What guide 002 shows of each object; a client written from it knows no other field. */
export type VueUser = {
  id: string
  username: string
  email: string
  full_name: string | null
  bio: string | null
  is_active: boolean
  profile_image: string | null
  is_superuser: boolean
  created_at: string
  updated_at: string | null
}
export type VueItem = {
  id: string
  title: string
  description: string | null
  status: 'draft' | 'published' | 'archived'
  tags: string[]
  owner_id: string
  owner: VueUser | null
  created_at: string
  updated_at: string | null
}
export type VueMeta = {
  total: number
  page: number
  limit: number
  pages: number
  has_next: boolean
  has_prev: boolean
}
export type VueList<Each> = {
  success: boolean
  message: string | null
  timestamp: string
  data: Each[]
  meta: VueMeta
}
export type VueFile = {
  id: string
  filename: string
  stored_name: string
  size: number
  content_type: string
  url: string
  thumbnail_url: string | null
  description: string | null
}
type VueToken = {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
  user: VueUser
}
export type VueMessage = {
  type: string
  content?: string
  message?: string
  is_typing?: boolean
  user_id?: string
  user?: { id: string; username: string; full_name?: string | null }
  room?: string
  timestamp: string
}

type Retried = AxiosRequestConfig & { isRetry?: boolean }

/**
 * A client as the Vue side of guide 002 has it, without Vue: an axios instance, interceptors, and
 * a store each for authentication, items, files and rooms.
 */
export function createVueClient(origin: string) {
  const api = axios.create({ baseURL: `${origin}/api/v1` })
  const state = { access: '', refresh: '', user: undefined as VueUser | undefined, refreshes: 0 }
  let renewal: Promise<void> | undefined

  api.interceptors.request.use((config) => {
    if (state.access) config.headers.Authorization = `Bearer ${state.access}`
    return config
  })
  api.interceptors.response.use(undefined, async (error: AxiosError) => {
    const config = error.config as Retried
    const isOwn = config?.url?.startsWith('/auth/login') || config?.url === '/auth/refresh'
    if (error.response?.status !== 401 || isOwn || config.isRetry || !state.refresh) throw error
    // Whoever comes while a token is being renewed waits for the same one, and who comes later has it.
    const isCurrent = config.headers?.Authorization === `Bearer ${state.access}`
    if (isCurrent) {
      renewal ??= renew().finally(() => {
        renewal = undefined
      })
    }
    await renewal
    return api.request({ ...config, isRetry: true } as Retried)
  })

  async function renew(): Promise<void> {
    state.refreshes += 1
    const { data } = await api.post<VueToken>('/auth/refresh', { refresh_token: state.refresh })
    keep(data)
  }

  function keep({ access_token, refresh_token, user }: VueToken): void {
    Object.assign(state, { access: access_token, refresh: refresh_token || state.refresh, user })
  }

  return {
    api,
    state,
    auth: authStore(api, state, keep),
    users: { list: (params = {}) => api.get<VueList<VueUser>>('/users', { params }) },
    items: itemStore(api),
    files: fileStore(api, origin),
    enter: (room: string) => enterRoom(`${origin}/ws/${room}?token=${state.access}`),
  }
}

type Api = ReturnType<typeof axios.create>
type AuthState = { access: string; refresh: string }

function authStore(api: Api, state: AuthState, keep: (token: VueToken) => void) {
  return {
    register: (user: object) => api.post<VueUser>('/auth/register', user),
    async login(username: string, password: string) {
      // OAuth2PasswordRequestForm
      const form = new URLSearchParams({ username, password })
      const answer = await api.post<VueToken>('/auth/login', form)
      keep(answer.data)
      return answer
    },
    me: async () => (await api.get<VueUser>('/auth/me')).data,
    async logout() {
      const { data } = await api.post<{ message: string }>('/auth/logout')
      Object.assign(state, { access: '', refresh: '', user: undefined })
      return data
    },
  }
}

function itemStore(api: Api) {
  return {
    list: (params = {}) => api.get<VueList<VueItem>>('/items', { params }),
    create: (item: object) => api.post<VueItem>('/items', item),
    get: (id: string) => api.get<VueItem>(`/items/${id}`),
    update: (id: string, change: object) => api.put<VueItem>(`/items/${id}`, change),
    remove: (id: string) => api.delete(`/items/${id}`),
  }
}

type Named = [name: string, content: Uint8Array<ArrayBuffer>, type: string]

function fileStore(api: Api, origin: string) {
  return {
    send([name, content, type]: Named, description: string, onPercent: (done: number) => void) {
      const form = new FormData()
      form.append('file', new Blob([content], { type }), name)
      form.append('description', description)
      const onUploadProgress = ({ loaded, total }: AxiosProgressEvent) =>
        onPercent(Math.round((loaded * 100) / (total ?? loaded)))
      return api.post<VueFile>('/upload/files', form, { onUploadProgress })
    },
    sendAll(files: Named[]) {
      const form = new FormData()
      for (const [name, content, type] of files) {
        form.append('files', new Blob([content], { type }), name)
      }
      return api.post<VueFile[]>('/upload/files/multiple', form)
    },
    /** Answers name the whole path; the token goes along, for an `<img>` cannot send it. */
    async blobOf(url: string): Promise<Blob> {
      const { data } = await api.get<Blob>(url, {
        baseURL: origin,
        responseType: 'blob',
        adapter: 'fetch',
      })
      return data
    },
  }
}

export type VueRoom = ReturnType<typeof enterRoom>

function enterRoom(url: string) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'))
  const messages: VueMessage[] = []
  socket.onmessage = ({ data }) => void messages.push(JSON.parse(String(data)))
  const opened = new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = ({ message }) => reject(new Error(message))
  })
  opened.catch(() => {})
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code)
  })
  return {
    messages,
    opened,
    closed,
    say: (content: string) => socket.send(JSON.stringify({ type: 'message', content })),
    type: (is_typing: boolean) => socket.send(JSON.stringify({ type: 'typing', is_typing })),
    ping: () => socket.send(JSON.stringify({ type: 'ping' })),
    send: (text: string) => socket.send(text),
    leave: () => socket.close(),
  }
}

/** What a 002 client shows of a failure. */
export function faultOf(error: unknown) {
  const { response } = error as AxiosError<{ detail: string; errors?: { field: string }[] }>
  return {
    status: response?.status,
    detail: response?.data.detail,
    fields: response?.data.errors?.map(({ field }) => field),
    request: response?.headers['x-request-id'] as unknown,
  }
}
