const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''
const form = document.getElementById('form')
const answer = document.getElementById('answer')

// The link works once; the browser's history need not keep it.
history.replaceState(null, '', location.pathname)

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const response = await fetch('/api/v1/auth/password/reset', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': navigator.language },
    body: JSON.stringify({ token, new_password: document.getElementById('password').value }),
  })
  if (response.ok) {
    form.reset()
    answer.value = '設定しました。サインインしてください。\nDone. You can sign in now.'
    return
  }
  const { detail, errors = [] } = await response.json()
  answer.value = [detail, ...errors.map(({ message }) => `・${message}`)].join('\n')
})
