import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { answerOf } from '../../schemas/statistics/answers.ts'
import {
  Kpi,
  KpiCardAnswer,
  KpiCardQuery,
  KpiCards,
  KpiChange,
  KpiQuery,
  kpiFormats,
  NewKpi,
} from '../../schemas/statistics/kpis.ts'
import type { Routes } from '../../src/fastify.ts'
import { answer } from '../../src/statistics/answer.ts'
import { getKpiCard, getKpiCards } from '../../src/statistics/kpi/cards.ts'
import {
  createKpi,
  deleteKpi,
  getKpi,
  stateOfKpis,
  updateKpi,
} from '../../src/statistics/kpi/kpis.ts'
import { dayIn } from '../../src/statistics/periods.ts'
import { now } from '../../src/values.ts'
import { etagOf, versionIn } from '../../src/version.ts'
import { open } from './open.ts'

const tags = ['kpi']

export const kpi: Routes = async (app) => {
  const { db, library } = app

  app.get(
    '',
    {
      config: open('area_not_found', 'area_ambiguous'),
      schema: {
        operationId: 'listKpiCards',
        summary: 'Cards of the KPIs: value, change, target, status, rank, freshness',
        description:
          'In the order of their position. As `chartjs` the sparklines; as CSV or NDJSON one flat line a card.',
        tags,
        querystring: KpiQuery,
        response: { 200: answerOf(KpiCards, kpiFormats) },
      },
    },
    async (request, reply) => {
      const at = now()
      const state = `${await stateOfKpis(db)} ${dayIn(at)}`
      return answer(request, reply, (catalogue) => getKpiCards(db, catalogue, request.query, at), {
        state,
      })
    },
  )

  app.get(
    '/:id',
    {
      config: open('kpi_not_found', 'area_not_found', 'area_ambiguous'),
      schema: {
        operationId: 'getKpiCard',
        summary: 'Card of one KPI; its tag is good for `If-Match`',
        tags,
        params: IdParams,
        querystring: KpiCardQuery,
        response: { 200: answerOf(KpiCardAnswer, kpiFormats) },
      },
    },
    async (request, reply) => {
      const at = now()
      const found = await getKpi(db, request.params.id)
      const { version } = found
      return answer(
        request,
        reply,
        (catalogue) => getKpiCard(db, catalogue, found, request.query, at),
        { state: `${version} ${dayIn(at)}`, version },
      )
    },
  )

  app.post(
    '',
    {
      config: {
        permission: 'statistics.manage',
        failures: ['indicator_not_found', 'area_not_found', 'area_ambiguous'],
      },
      schema: {
        operationId: 'createKpi',
        summary: 'Define a KPI, with or without a target',
        tags,
        body: ref(NewKpi),
        response: { 201: ref(Kpi) },
      },
    },
    async ({ caller, body }, reply) => {
      const created = await createKpi(db, caller, await library.read(), body)
      return reply
        .code(201)
        .headers({ location: `/api/v1/kpi/${created.id}`, etag: etagOf(created) })
        .send(created)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'statistics.manage',
        failures: ['kpi_not_found', 'indicator_not_found', 'area_not_found', 'area_ambiguous'],
      },
      schema: {
        operationId: 'updateKpi',
        summary: 'Change some fields of a KPI, or its target',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(KpiChange),
        response: { 200: ref(Kpi) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const changed = await updateKpi(db, caller, await library.read(), params.id, body, version)
      return reply.header('etag', etagOf(changed)).send(changed)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'statistics.manage', failures: ['kpi_not_found'] },
      schema: {
        operationId: 'deleteKpi',
        summary: 'Delete a KPI for good',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteKpi(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
