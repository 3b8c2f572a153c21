// User-supplied text is shown as text, and password fields hide and accept what ASVS requires.
import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import UiField from './UiField.vue'
import UsersTable from '@/users/list/UsersTable.vue'
import { user } from '@tests/apiServer'
import { mounted } from '@tests/mounted'

describe('the table of users', () => {
  it('shows markup in a name as text', () => {
    const name = '<img src=x onerror="alert(1)"><b>Ada</b>'
    const email = '"><script>alert(1)</script>@example.com'
    const place = mounted(UsersTable, {
      users: [{ ...user, name, email, roles: ['<i>'] }],
      busy: false,
      sort: 'email',
      selection: null,
      acts: false,
      mayChange: () => false,
    })

    expect(place.querySelector('img, b, i, script')).toBeNull()
    expect(place.querySelector('tbody th')?.textContent).toBe(name)
    expect(place.querySelector('tbody .email')?.textContent).toBe(email)
    expect(place.querySelector('tbody th')?.getAttribute('title')).toBe(name)
  })
})

describe('a password field', () => {
  const field = (props = {}) => {
    const place = mounted(UiField, {
      label: 'Password',
      type: 'password',
      autocomplete: 'current-password',
      modelValue: '',
      ...props,
    })
    return {
      input: place.querySelector('input') as HTMLInputElement,
      reveal: place.querySelector('button') as HTMLButtonElement,
    }
  }

  it('hides the password until the user chooses to show it', async () => {
    const { input, reveal } = field()
    expect(input.type).toBe('password')

    reveal.click()
    await nextTick()
    expect(input.type).toBe('text')

    reveal.click()
    await nextTick()
    expect(input.type).toBe('password')
  })

  it('accepts a pasted password and tells password managers its kind', () => {
    const typed: string[] = []
    const { input } = field({
      autocomplete: 'new-password',
      'onUpdate:modelValue': (value: string) => typed.push(value),
    })
    expect(input.autocomplete).toBe('new-password')

    const paste = new Event('paste', { bubbles: true, cancelable: true })
    input.dispatchEvent(paste)
    expect(paste.defaultPrevented).toBe(false)
    input.value = 'a pasted passphrase of many words'
    input.dispatchEvent(new Event('input', { bubbles: true }))
    expect(typed).toEqual(['a pasted passphrase of many words'])
  })
})
