import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { answerOf } from '../../schemas/statistics/answers.ts'
import { EffectQuery, effectFormats, PolicyEffect } from '../../schemas/statistics/effect.ts'
import {
  NewPolicy,
  Policy,
  PolicyAnswer,
  PolicyAnswerQuery,
  PolicyChange,
  PolicyPage,
  PolicyQuery,
  policyFormats,
} from '../../schemas/statistics/policies.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer } from '../../src/statistics/answer.ts'
import { dayIn } from '../../src/statistics/periods.ts'
import { getPolicyEffect } from '../../src/statistics/policy/effect.ts'
import {
  createPolicy,
  deletePolicy,
  getPlan,
  listPolicies,
  updatePolicy,
} from '../../src/statistics/policy/policies.ts'
import { getTrackedPolicy } from '../../src/statistics/policy/tracking.ts'
import { now } from '../../src/values.ts'
import { etagOf, versionIn } from '../../src/version.ts'
import { open } from './open.ts'

const tags = ['policy']

const refusals = [
  'indicator_not_found',
  'area_not_found',
  'area_ambiguous',
  'dates_reversed',
  'policy_areas_overlap',
  'control_pool_twice',
] as const

export const policy: Routes = async (app) => {
  const { db, library } = app

  app.get(
    '',
    {
      config: open('indicator_not_found', 'area_not_found', 'area_ambiguous'),
      schema: {
        operationId: 'listPolicies',
        summary: 'List policies, newest first, by area, indicator, status or text',
        tags,
        querystring: PolicyQuery,
        response: { 200: ref(PolicyPage) },
      },
    },
    async (request) => listPolicies(db, await library.read(), request.query),
  )

  app.get(
    '/:id',
    {
      config: open('policy_not_found'),
      schema: {
        operationId: 'getPolicy',
        summary: 'A policy and how its indicator has gone; its tag is good for `If-Match`',
        tags,
        params: IdParams,
        querystring: PolicyAnswerQuery,
        response: { 200: answerOf(PolicyAnswer, policyFormats) },
      },
    },
    async (request, reply) => {
      const at = now()
      const plan = await getPlan(db, request.params.id)
      const { version } = plan
      return answer(request, reply, (catalogue) => getTrackedPolicy(db, catalogue, plan, at), {
        state: `${version} ${dayIn(at)}`,
        version,
      })
    },
  )

  app.get(
    '/:id/effect',
    {
      config: open(
        'policy_not_found',
        'figures_not_found',
        'start_outside_periods',
        'too_few_points',
        'too_few_before',
        'too_few_after',
        'too_few_donors',
        'too_many_donors',
        'collinear',
        'poor_pre_fit',
        'incomplete_treated',
        'no_treated',
        'no_controls',
        'different_starts',
      ),
      schema: {
        operationId: 'getPolicyEffect',
        summary: 'What a policy changed, by methods that say what they assume',
        description:
          'Before and after (not causal), interrupted time series, difference in differences with a pre-trend test, synthetic control with placebos. What the data cannot carry is refused with the reason.',
        tags,
        params: IdParams,
        querystring: EffectQuery,
        response: { 200: answerOf(PolicyEffect, effectFormats) },
      },
    },
    async (request, reply) => {
      const plan = await getPlan(db, request.params.id)
      return answer(
        request,
        reply,
        (catalogue) => getPolicyEffect(db, catalogue, plan, request.query),
        { state: String(plan.version) },
      )
    },
  )

  app.post(
    '',
    {
      config: { permission: 'statistics.manage', failures: refusals },
      schema: {
        operationId: 'createPolicy',
        summary: 'Record a policy: areas, start, indicator, target',
        tags,
        body: ref(NewPolicy),
        response: { 201: ref(Policy) },
      },
    },
    async ({ caller, body }, reply) => {
      const created = await createPolicy(db, caller, await library.read(), body)
      return reply
        .code(201)
        .headers({ location: `/api/v1/policy/${created.id}`, etag: etagOf(created) })
        .send(created)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission: 'statistics.manage', failures: ['policy_not_found', ...refusals] },
      schema: {
        operationId: 'updatePolicy',
        summary: 'Change some fields of a policy',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(PolicyChange),
        response: { 200: ref(Policy) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const changed = await updatePolicy(db, caller, await library.read(), params.id, body, version)
      return reply.header('etag', etagOf(changed)).send(changed)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'statistics.manage', failures: ['policy_not_found'] },
      schema: {
        operationId: 'deletePolicy',
        summary: 'Delete a policy for good',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deletePolicy(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
