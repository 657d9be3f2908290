import { calculated, gathered, type Theme } from './theme.ts'

const parts = ['原材料費', '外注加工費', '労務費', '減価償却費', 'その他経費', '売上総利益']

export const rawMaterials: Theme = {
  id: 'ac6b8c00-ed59-41c7-8474-0548cd1e9de9',
  name: '原価・原材料費削減',
  issues: [
    {
      id: '6e90bcb7-d2c3-4aee-b249-f75729f2f9b9',
      name: '対象会社の利益構造は、この製品セグメントの競合とどう違うか？',
      description:
        '売上高に占める原価の各費目と売上総利益の割合を、対象会社と競合で積み上げ棒グラフにします。対象会社の割合が競合平均より高い費目を順に挙げ、原価を下げる余地がどこにあるかを示します。',
      prompt: {
        aim: '原価の費目別に対象会社と競合を比べ、削減の余地がある費目を示す。',
        steps: [
          'transform「構成比」: 積み上げ軸に選ばれた各科目を売上高で割った科目を加える。',
          'filter → summary「利益構造」: 構成比の科目だけを残し、横軸に企業、積み上げに科目を置いた積み上げ棒グラフを出す。',
          'transform → aggregate「競合平均との差」: 構成比に比較係数（対象会社は 1、競合は −1÷社数）を掛けて企業全体で合計する。',
          'filter（topk 3）→ summary: 対象会社の割合が競合平均を上回る費目を大きい順に三つ示す。',
        ],
        questions: [
          '費目の区切り方（製造と販売の線引きなど）は各社でそろっていますか。',
          '差のうち、調達や工程の見直しで縮められるのはどの程度と考えますか。',
        ],
      },
      initial_msg:
        '対象会社と競合の利益構造を比べ、原価を下げる余地を探します。企業別の売上高と原価の内訳を登録し、横軸（企業）と積み上げ軸（費目、複数可）を選んでください。',
      axes: [
        { id: '23867d11-5bcc-4fba-b8bb-ec726c7b84c5', name: '横軸', option: '軸', multiple: false },
        {
          id: '45beaa8a-a2ec-4752-8fae-04cd54457056',
          name: '積み上げ軸',
          option: '科目',
          multiple: true,
        },
      ],
      hint: '企業を軸とし、売上高、原価の費目、売上総利益を同じ年度で用意してください。費目と売上総利益の合計は売上高と一致させます。「比較係数」の行に対象会社は 1、競合は −1÷社数を入れると、競合平均との差を計算できます。',
      sheet: {
        name: '企業別の利益構造（サンプル）',
        lines: [
          '企業,対象会社,競合A社,競合B社,競合C社,競合D社',
          '',
          '売上高,8600,12400,9800,7300,15200',
          '原材料費,3784,4836,3920,2993,5776',
          '外注加工費,946,1116,980,584,1368',
          '労務費,1118,1612,1274,1022,1976',
          '減価償却費,430,744,490,365,912',
          'その他経費,602,744,686,511,912',
          '売上総利益,1720,3348,2450,1825,4256',
          '比較係数,1,-0.25,-0.25,-0.25,-0.25',
        ],
      },
      steps: [
        {
          name: '構成比',
          type: 'transform',
          input: 'original',
          config: {
            operations: parts.map((part) => calculated(`${part}の割合`, part, '/', '売上高')),
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
              title: '売上高に占める費目と売上総利益の割合',
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
            category_exclude: { 科目: ['売上総利益'] },
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
              gathered('割合の差 2位：外注加工費', 'sum', '外注加工費', 'ポイント', 100),
              gathered('割合の差 3位：その他経費', 'sum', 'その他経費', 'ポイント', 100),
            ],
          },
        },
      ],
    },
  ],
}
