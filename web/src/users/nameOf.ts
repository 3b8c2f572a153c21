import type { User } from '@/api/types'

/** The name under which a user is shown: the e-mail address if the name is empty. */
export function nameOf({ name, email }: Pick<User, 'name' | 'email'>): string {
  return name || email
}
