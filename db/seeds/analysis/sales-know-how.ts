import { derived, gathered, type Theme } from './theme.ts'

export const salesKnowHow: Theme = {
  id: 'e0102939-8344-4578-8ade-011e565d6601',
  name: '高スキル営業人員のノウハウ横展開',
  issues: [
    {
      id: '03eeadaa-f4e7-4c30-9ae8-98bc3f4d17c2',
      name: '営業プロセスのどの段階で歩留まりが落ちているか？',
      description:
        '営業プロセスの段階ごとに残っている案件数を滝グラフで示し、どの段階で案件が大きく減るかを見ます。高スキル層と一般層を同じ形で並べ、差が開く段階をノウハウを広げる候補とします。',
      prompt: {
        aim: '営業プロセスの段階ごとの案件の減り方を、高スキル層と一般層で比べる。',
        steps: [
          'filter「一般層」: 人員の区分を一般層だけにする。',
          'summary「一般層のプロセス」: 横軸に営業プロセス、縦軸に案件数を置いた滝グラフ（measure_type は absolute）と、最初の段階から最後の段階まで残った割合を出す。',
          'filter「高スキル層」と summary「高スキル層のプロセス」: 同じものを高スキル層について出す。',
          '両者の滝グラフを見比べ、減り方の差が大きい段階を文章で挙げる。',
        ],
        questions: [
          '対象の期間と、案件の規模や業種の絞り込みはこれでよいですか。',
          '高スキル層はどのような基準で分けていますか。',
        ],
      },
      initial_msg:
        '営業プロセスのどこで案件が減っているかを調べます。段階別の案件数を登録し、横軸（営業プロセス）と縦軸（案件数）を選んでください。人員の区分があれば、層どうしを比べられます。',
      axes: [
        { id: '028c151a-8e93-424e-93cb-a55f54c2c39e', name: '横軸', option: '軸', multiple: false },
        {
          id: 'fc6fa869-ae74-4c41-b659-52934333b49c',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '営業プロセスの段階（引き合いから受注まで）を順に並べ、各段階に残っている案件数を用意してください。営業人員の区分（高スキル層・一般層）を軸に加えてください。',
      sheet: {
        name: '営業プロセス別案件数（サンプル）',
        lines: [
          '人員区分,一般層,一般層,一般層,一般層,一般層,一般層,高スキル層,高スキル層,高スキル層,高スキル層,高スキル層,高スキル層',
          '営業プロセス,引き合い,初回訪問,課題の確認,提案,見積提示,受注,引き合い,初回訪問,課題の確認,提案,見積提示,受注',
          '',
          '案件数,1200,860,590,330,248,126,480,394,342,287,238,168',
        ],
      },
      steps: [
        {
          name: '一般層',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 人員区分: ['一般層'], 科目: ['案件数'] } },
        },
        {
          name: '一般層のプロセス',
          type: 'summary',
          input: 'step_0',
          config: {
            formulas: [
              gathered('一般層の引き合い件数', 'max', '案件数', '件'),
              gathered('一般層の受注件数', 'min', '案件数', '件'),
              derived(
                '一般層の受注までの歩留まり',
                '一般層の受注件数',
                '/',
                '一般層の引き合い件数',
                '%',
              ),
            ],
            chart_config: {
              graph_type: 'waterfall',
              x_axis: '営業プロセス',
              y_axis: '値',
              measure_type: 'absolute',
              show_total: false,
              title: '一般層の営業プロセス別案件数',
            },
          },
        },
        {
          name: '高スキル層',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 人員区分: ['高スキル層'], 科目: ['案件数'] } },
        },
        {
          name: '高スキル層のプロセス',
          type: 'summary',
          input: 'step_2',
          config: {
            formulas: [
              gathered('高スキル層の引き合い件数', 'max', '案件数', '件'),
              gathered('高スキル層の受注件数', 'min', '案件数', '件'),
              derived(
                '高スキル層の受注までの歩留まり',
                '高スキル層の受注件数',
                '/',
                '高スキル層の引き合い件数',
                '%',
              ),
            ],
            chart_config: {
              graph_type: 'waterfall',
              x_axis: '営業プロセス',
              y_axis: '値',
              measure_type: 'absolute',
              show_total: false,
              title: '高スキル層の営業プロセス別案件数',
            },
          },
        },
      ],
    },
    {
      id: '558a246d-5267-4f22-8243-f478438897cb',
      name: '各施策で営業プロセスのどこが改善し、受注はどれだけ増える見込みか？',
      description:
        '現状の受注件数から始め、営業プロセスの段階ごとの施策を順に足した受注件数の見込みを滝グラフで示します。段の高さが各施策の効果、最後の段が施策をすべて行った後の水準です。',
      prompt: {
        aim: '営業プロセスの段階ごとの施策が受注件数をどれだけ増やすかを示す。',
        steps: [
          'filter: 縦軸に選ばれた科目（例: 受注件数）だけを残す。',
          'summary「施策の効果」: 横軸に施策の段階、縦軸に受注件数を置いた滝グラフ（measure_type は absolute）を出す。',
          '同じ summary で、現状の件数、全施策後の件数、増える件数、増加率を出す。',
          '段が最も高い施策を、改善効果が大きいものとして文章で挙げる。',
        ],
        questions: [
          '各施策の見込みは、高スキル層との差のどの程度を埋める前提ですか。',
          '施策が効き始めるまでの期間をどう見込みますか。',
        ],
      },
      initial_msg:
        '施策ごとの改善見込みを積み上げて確かめます。現状と、施策を順に行った後の受注件数を登録し、横軸（施策）と縦軸（受注件数）を選んでください。',
      axes: [
        { id: 'd002de8d-6aeb-491d-83aa-699adbdeca13', name: '横軸', option: '軸', multiple: false },
        {
          id: '05d37854-937e-4eed-a5e3-c3ec2830961b',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '「現状」から始めて、施策を行う順に並べ、その施策までを行った後の受注件数の見込みを用意してください。施策の名前に、対象の営業プロセスが分かる言葉を入れてください。',
      sheet: {
        name: '施策後の受注見込み（サンプル）',
        lines: [
          '施策,現状,初回訪問：台本の共有,課題の確認：質問集の整備,提案：標準資料の整備,見積提示：熟練者の同席',
          '',
          '受注件数,126,134,151,183,198',
        ],
      },
      steps: [
        {
          name: '対象の科目',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 科目: ['受注件数'] } },
        },
        {
          name: '施策の効果',
          type: 'summary',
          input: 'step_0',
          config: {
            formulas: [
              gathered('現状の受注件数', 'min', '受注件数', '件'),
              gathered('全施策後の受注件数', 'max', '受注件数', '件'),
              derived('増える受注件数', '全施策後の受注件数', '-', '現状の受注件数', '件'),
              derived('受注件数の増加率', '増える受注件数', '/', '現状の受注件数', '%'),
            ],
            chart_config: {
              graph_type: 'waterfall',
              x_axis: '施策',
              y_axis: '値',
              measure_type: 'absolute',
              show_total: false,
              title: '施策による受注件数の改善',
            },
          },
        },
      ],
    },
  ],
}
