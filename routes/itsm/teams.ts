import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewTeam,
  Team,
  TeamChange,
  TeamMembers,
  TeamPage,
  TeamQuery,
} from '../../schemas/itsm/teams.ts'
import type { Routes } from '../../src/fastify.ts'
import { teamEtag } from '../../src/itsm/teams/rows.ts'
import {
  createTeam,
  deleteTeam,
  getTeam,
  listTeams,
  setTeamMembers,
  updateTeam,
} from '../../src/itsm/teams/teams.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['teams']

export const teams: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'team.read' },
      schema: {
        operationId: 'listTeams',
        summary: 'List teams with their members',
        tags,
        querystring: TeamQuery,
        response: { 200: ref(TeamPage) },
      },
    },
    ({ caller, query }) => listTeams(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'team.manage', failures: ['team_name_taken'] },
      schema: {
        operationId: 'createTeam',
        summary: 'Create a team',
        tags,
        body: ref(NewTeam),
        response: { 201: ref(Team) },
      },
    },
    async ({ caller, body }, reply) => {
      const team = await createTeam(db, caller, body)
      const location = `/api/v1/teams/${team.id}`
      return reply
        .code(201)
        .headers({ location, etag: teamEtag(team) })
        .send(team)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'team.read', failures: ['team_not_found'] },
      schema: {
        operationId: 'getTeam',
        summary: 'Get a team with its members',
        tags,
        params: IdParams,
        response: { 200: ref(Team) },
      },
    },
    async ({ params }, reply) => {
      const team = await getTeam(db, params.id)
      return reply.header('etag', teamEtag(team)).send(team)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission: 'team.manage', failures: ['team_not_found', 'team_name_taken'] },
      schema: {
        operationId: 'updateTeam',
        summary: 'Change some fields of a team',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(TeamChange),
        response: { 200: ref(Team) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const version = versionIn(headers['if-match'])
      const team = await updateTeam(db, caller, params.id, body, version)
      return reply.header('etag', teamEtag(team)).send(team)
    },
  )

  app.put(
    '/:id/members',
    {
      config: { permission: 'team.manage', failures: ['team_not_found'] },
      schema: {
        operationId: 'setTeamMembers',
        summary: 'Say who the members of a team are',
        description: 'The lead is a member, named or not.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(TeamMembers),
        response: { 200: ref(Team) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const version = versionIn(headers['if-match'])
      const team = await setTeamMembers(db, caller, params.id, body.user_ids, version)
      return reply.header('etag', teamEtag(team)).send(team)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'team.manage',
        failures: ['team_not_found', 'team_in_use', 'missing_reference'],
      },
      schema: {
        operationId: 'deleteTeam',
        summary: 'Delete a team that nothing belongs to',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteTeam(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
