import type { Role } from '../../../schemas/accounts/users.ts'
import type { Client, Service } from '../service.ts'
import type { Part } from '../uploads.ts'

/** Those in a project beside its manager, whom everything of a case belongs to. */
export const insiders = ['moderator', 'member', 'viewer'] as const
export type Insider = (typeof insiders)[number]

/**
 * `own` is asked by whom it belongs to, `auditor` by an auditor who manages the project; a role by somebody who
 * has nothing to do with it. `nobody` is 401 where it is told why it is not let in.
 */
export type Asker = 'own' | 'auditor' | 'nobody' | Insider | Role

/** The status for each of those whose role lets them ask; all others are refused before. */
export type Answers = { else: number } & Partial<Record<Asker, number>>

/** By the name of a path parameter, the id of what stands there; and what bodies refer to. */
export type Place = Record<string, string>

export type Case = {
  answers: number | Answers
  /** What the owner is answered once the project is archived. */
  archived?: number
  /** Without it, the example of the document. */
  body?: (place: Place) => object | string
  form?: Part[]
  query?: (place: Place) => Record<string, string>
  headers?: Record<string, string>
  /** That it can be done only once, as what is deleted can. */
  isOnce?: true
  /** That it ends the session that it is asked in. */
  endsSession?: true
  /** Brings what is asked about into the state that it must be in; after that it is in another. */
  before?: (ground: Ground, place: Place) => Promise<unknown>
  /** By the name of a path parameter: what is answered for one that is not there; else 404. */
  unknown?: Record<string, number>
  /** What a token is answered that is for this and nothing else, where that is not enough. */
  scoped?: number
  /** That its last parameter is not below the others: every parent has it. */
  hasNoParent?: true
  /** That its answer may name what is not the asker's own, since everybody works with it. */
  isShared?: true
}

/** What has objects of its own: each case is asked about what `furnish` makes. */
export type Area = {
  /** Whom it belongs to: `own`, who is a user, unless it is somebody of the service desk. */
  owner?: 'agent'
  furnish: (ground: Ground) => Promise<Place>
  /** By the name of a field that does not say so itself: of which kind is what it refers to. */
  kindOf?: (field: string) => string
  /** Whether there are insiders, and projects that can be archived. */
  isOfProjects?: true
  cases: Record<string, Case>
}

export type People = Record<'own' | 'agent' | 'auditor' | Insider | Role, Client>

export type Ground = {
  service: Service
  app: Service['app']
  db: Service['deps']['db']
  people: People
}

export const nothing = async (): Promise<Place> => ({})
