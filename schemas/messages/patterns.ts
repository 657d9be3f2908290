/** What the patterns of schemas ask for, in the words of people. */
export const patternRules = {
  visible: {
    ja: '空白以外の文字を含めてください。',
    en: 'must have something to be seen',
  },
  printable: {
    ja: '空白を含まない半角の英数字と記号にしてください。',
    en: 'must have only ASCII letters, digits and signs, without spaces',
  },
  user_name: {
    ja: '空白、@、制御文字は使えません。',
    en: 'must have no spaces, no @ and no control characters',
  },
  picture_address: {
    ja: 'http://、https:// または / で始めてください。',
    en: 'must begin with http://, https:// or /',
  },
  web_address: {
    ja: 'http:// または https:// で始まる、空白のないアドレスにしてください。',
    en: 'must be an address without spaces that begins with http:// or https://',
  },
  part_of_time: {
    ja: '年 (2026)、年月 (2026-01)、日付 (2026-01-02) のいずれかにしてください。',
    en: 'must be a year (2026), a month (2026-01) or a day (2026-01-02)',
  },
  small_code: {
    ja: '半角の英小文字、数字、_ を 64 文字まで使えます。最初は英小文字にしてください。',
    en: 'must have at most 64 lower-case letters, digits and _, of which the first is a letter',
  },
  capital_code: {
    ja: '半角の英大文字、数字、_ だけにしてください。',
    en: 'must have only upper-case letters, digits and _',
  },
  node_name: {
    ja: '半角の英数字、_、-、. を 1 から 50 文字にしてください。',
    en: 'must have 1 to 50 letters, digits, _, - and .',
  },
  incident_number: {
    ja: 'INC00000123 のように、8 桁までの番号にしてください。INC は省けます。',
    en: 'must be a number of at most 8 digits, such as INC00000123 or 123',
  },
  time_of_day: {
    ja: '09:00 のように、00:00 から 23:59 までの時刻にしてください。',
    en: 'must be a time from 00:00 to 23:59, such as 09:00',
  },
  end_of_day: {
    ja: '18:00 のように、00:00 から 24:00 までの時刻にしてください。',
    en: 'must be a time from 00:00 to 24:00, such as 18:00',
  },
  day_or_yearly: {
    ja: '毎年の日は 12-29、1 度だけの日は 2026-12-29 のようにしてください。',
    en: 'must be a day of every year such as 12-29, or of one such as 2026-12-29',
  },
  day_or_time: {
    ja: '2026-01-02 のような日付か、2026-01-02T03:04:05Z のような時刻にしてください。+09:00 を付けるときは、URL では + を %2B と書いてください。',
    en: 'must be a day such as 2026-01-02, or a time such as 2026-01-02T03:04:05Z; in a URL, write the + of +09:00 as %2B',
  },
  list_of: {
    ja: '次の値をコンマで区切って指定してください: {allowed}',
    en: 'must be one or more of these, with commas between them: {allowed}',
  },
  word_or_id: {
    ja: '次のいずれか、または ID を指定してください: {allowed}',
    en: 'must be an id, or one of {allowed}',
  },
} as const
