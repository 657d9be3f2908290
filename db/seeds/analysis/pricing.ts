import { calculated, derived, gathered, type Theme } from './theme.ts'

const parts = ['原材料費', '労務費', '製造経費', '物流費', '販売管理費', '営業利益']

export const pricing: Theme = {
  id: '8fda882d-c484-451c-8ba4-022cfb081b16',
  name: 'プライシング戦略策定',
  issues: [
    {
      id: '1c58baba-09a9-4a93-8917-4f82da912db6',
      name: '利益構造から見て、この製品セグメントの価格はどの水準が適切か？',
      description:
        '1 個当たりの販売単価の内訳（費用と利益）を構成比にし、対象会社と競合を積み上げ棒グラフで並べます。構成比の差が大きい費目と販売単価の差を示し、価格を上げる余地か、費用を下げる余地かを見極めます。',
      prompt: {
        aim: '対象会社と競合の利益構造を比べ、価格の水準を考える材料を示す。',
        steps: [
          'transform「構成比」: 積み上げ軸に選ばれた各科目を販売単価で割った科目を加える。',
          'filter → summary「利益構造」: 構成比の科目だけを残し、横軸に企業、積み上げに科目を置いた積み上げ棒グラフを出す。',
          'transform → aggregate「競合平均との差」: 構成比に比較係数（対象会社は 1、競合は −1÷社数）を掛けて企業全体で合計する。',
          'filter（topk 3）→ summary: 対象会社の割合が競合平均を上回る費目を大きい順に三つ示す。',
          'filter → summary: 対象会社の販売単価と営業利益率、競合平均の販売単価を示す。',
        ],
        questions: [
          '比べる競合と製品は、仕様や販売地域がそろっていますか。',
          '値上げした場合に販売数量がどの程度減ると見込みますか。',
        ],
      },
      initial_msg:
        'この製品セグメントの価格水準を、利益構造から考えます。企業別の販売単価と内訳を登録し、横軸（企業）と積み上げ軸（内訳の科目、複数可）を選んでください。',
      axes: [
        { id: '335eb7fb-6738-4a84-ac91-ade429268437', name: '横軸', option: '軸', multiple: false },
        {
          id: '447560a6-95cf-4db3-bb16-64bfb95b8107',
          name: '積み上げ軸',
          option: '科目',
          multiple: true,
        },
      ],
      hint: '企業を軸とし、販売単価と、その内訳になる費用と営業利益を用意してください。内訳の合計は販売単価と一致させます。「比較係数」の行に対象会社は 1、競合は −1÷社数を入れると、競合平均との差を計算できます。',
      sheet: {
        name: '1個当たりの利益構造（サンプル）',
        lines: [
          '企業,対象会社,競合A社,競合B社',
          '',
          '販売単価,1180,1240,1295',
          '原材料費,462,430,438',
          '労務費,196,170,172',
          '製造経費,148,150,146',
          '物流費,92,74,80',
          '販売管理費,168,186,205',
          '営業利益,114,230,254',
          '比較係数,1,-0.5,-0.5',
        ],
      },
      steps: [
        {
          name: '構成比',
          type: 'transform',
          input: 'original',
          config: {
            operations: parts.map((part) => calculated(`${part}の割合`, part, '/', '販売単価')),
          },
        },
        {
          name: '構成比の科目',
          type: 'filter',
          input: 'step_0',
          config: { category_filter: { 科目: parts.map((part) => `${part}の割合`) } },
        },
        {
          name: '利益構造',
          type: 'summary',
          input: 'step_1',
          config: {
            chart_config: {
              graph_type: 'stacked bar',
              x_axis: '企業',
              y_axis: '値',
              stack_axis: '科目',
              title: '販売単価に占める費用と利益の割合',
            },
          },
        },
        {
          name: '競合平均との差の準備',
          type: 'transform',
          input: 'step_0',
          config: {
            operations: parts.map((part) =>
              calculated(`${part}の差`, `${part}の割合`, '*', '比較係数'),
            ),
          },
        },
        {
          name: '競合平均との差',
          type: 'aggregate',
          input: 'step_3',
          config: {
            group_by_axis: [],
            aggregation_config: parts.map((part) => ({
              name: part,
              method: 'sum',
              subject: `${part}の差`,
            })),
          },
        },
        {
          name: '差の大きい3費目',
          type: 'filter',
          input: 'step_4',
          config: {
            category_exclude: { 科目: ['営業利益'] },
            numeric_filter: { filter_type: 'topk', k_value: 3 },
          },
        },
        {
          name: '競合平均を上回る費目',
          type: 'summary',
          input: 'step_5',
          config: {
            formulas: [
              gathered('割合の差 1位：原材料費', 'sum', '原材料費', 'ポイント', 100),
              gathered('割合の差 2位：労務費', 'sum', '労務費', 'ポイント', 100),
              gathered('割合の差 3位：物流費', 'sum', '物流費', 'ポイント', 100),
            ],
          },
        },
        {
          name: '対象会社',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 企業: ['対象会社'] } },
        },
        {
          name: '対象会社の水準',
          type: 'summary',
          input: 'step_7',
          config: {
            formulas: [
              gathered('対象会社の販売単価', 'sum', '販売単価', '円'),
              gathered('対象会社の営業利益', 'sum', '営業利益', '円'),
              derived('対象会社の営業利益率', '対象会社の営業利益', '/', '対象会社の販売単価', '%'),
            ],
          },
        },
        {
          name: '競合',
          type: 'filter',
          input: 'original',
          config: { category_exclude: { 企業: ['対象会社'] } },
        },
        {
          name: '競合の水準',
          type: 'summary',
          input: 'step_9',
          config: { formulas: [gathered('競合平均の販売単価', 'mean', '販売単価', '円')] },
        },
      ],
    },
  ],
}
